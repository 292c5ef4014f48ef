import Yams

/// Reads fields, and gathers whatever is wrong with them.
struct ConfigurationReader {
    /// What a place is called in front of a message.
    private let place: (_ path: [String], _ line: Int?) -> String
    private(set) var problems: [String] = []
    private var path: [String] = []

    init(place: @escaping ([String], Int?) -> String) { self.place = place }

    /// Takes over what a map says about a section.
    mutating func read<Section: ConfigurationSection>(_ value: ConfigurationValue, into section: inout Section) {
        switch value.content {
        case .null: return
        case .map(let pairs):
            let fields = Section.fields
            for (name, value) in pairs {
                path.append(name)
                defer { path.removeLast() }
                guard let field = fields.first(where: { $0.name == name }) else {
                    complain(value, FieldProblem("unknown field" + Self.hint(name, fields.map(\.name))))
                    continue
                }
                if case .null = value.content { continue }
                field.read(value, &section, &self)
            }
        default: complain(value, FieldProblem("\(value.shown) is not a map of fields"))
        }
    }

    mutating func complain(_ value: ConfigurationValue, _ problem: FieldProblem) {
        problems.append("\(place(path, value.line)): \(problem.text)")
    }

    /// A name that differs in its letters' case only is most likely meant.
    private static func hint(_ name: String, _ known: [String]) -> String {
        known.first { $0.lowercased() == name.lowercased() }.map { "; \($0) is one" } ?? ""
    }
}

extension KubeProxySettings {
    static let apiVersion = "kubeproxy.config.k8s.io/v1alpha1"
    static let kind = "KubeProxyConfiguration"

    /// Reads a configuration file, in YAML or JSON.
    ///
    /// - Parameters:
    ///   - text: what the file holds.
    ///   - file: its path, for messages.
    /// - Throws: ``KubeProxySettingsError`` with everything that is wrong: fields that kube-proxy doesn't have, values of
    ///   another type, values that can't be used.
    public init(_ text: String, file: String) throws(KubeProxySettingsError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw KubeProxySettingsError("\(file): not YAML or JSON: \(Self.oneLine(error))")
        }
        guard let node, case .mapping = node else {
            throw KubeProxySettingsError("\(file): no \(Self.kind) in it")
        }
        self.init()
        var reader = ConfigurationReader { path, line in
            (line.map { "\(file):\($0): " } ?? "\(file): ") + path.joined(separator: ".")
        }
        var value = ConfigurationValue(node)
        try Self.takeHeader(of: &value, file: file)
        reader.read(value, into: &self)
        let problems = reader.problems + self.problems().map { "\(file): \($0.path): \($0.text)" }
        guard problems.isEmpty else { throw KubeProxySettingsError(problems.joined(separator: "; ")) }
    }

    /// Checks `apiVersion` and `kind`, and takes them away.
    private static func takeHeader(of value: inout ConfigurationValue, file: String) throws(KubeProxySettingsError) {
        guard case .map(var pairs) = value.content else { return }
        for (name, expected) in [("apiVersion", apiVersion), ("kind", kind)] {
            guard let index = pairs.firstIndex(where: { $0.name == name }) else {
                throw KubeProxySettingsError("\(file): \(name) is missing; it is \(expected)")
            }
            let found = pairs.remove(at: index).value
            guard (try? found.text()) == expected else {
                throw KubeProxySettingsError("\(file): \(name) \(found.shown): unknown; it is \(expected)")
            }
        }
        value.content = .map(pairs)
    }

    private static func oneLine(_ error: any Error) -> String {
        "\(error)".split(whereSeparator: \.isNewline).map { $0.trimmingPrefix { $0 == " " } }
            .filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// A configuration that can't be used, in one line.
public struct KubeProxySettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where, what, and what would do.
    public let text: String

    init(_ text: String) { self.text = text }

    /// The text.
    public var description: String { text }
}
