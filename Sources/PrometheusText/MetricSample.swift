/// One value that is read when metrics are rendered, instead of being recorded as it changes.
public struct MetricSample: Sendable {
    let name: String
    let labels: LabelSet
    let kind: MetricKind
    let help: String
    let value: Double

    private init(_ name: String, _ labels: [(String, String)], _ kind: MetricKind, _ help: String, _ value: Double) {
        self.name = MetricName.sanitized(name)
        self.labels = LabelSet(labels)
        self.kind = kind
        self.help = help
        self.value = value
    }

    /// A value that may go up and down.
    public static func gauge(_ name: String, help: String, labels: [(String, String)] = [], _ value: Double) -> Self {
        Self(name, labels, .gauge, help, value)
    }

    /// A value that only grows while the process lives.
    public static func counter(_ name: String, help: String, labels: [(String, String)] = [], _ value: Double) -> Self {
        Self(name, labels, .counter, help, value)
    }
}
