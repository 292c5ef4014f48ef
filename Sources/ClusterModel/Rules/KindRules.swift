import JSONTree

/// What one kind does differently from the others.
protocol KindRules: Sendable {
    /// The types of its fields.
    static var shape: Shape { get }
    /// Whether it counts changes of what is wanted in `metadata.generation`.
    static var countsGenerations: Bool { get }
    /// What its names may look like.
    static func nameProblems(_ name: String) -> [String]
    /// Fills in what was left out.
    static func setDefaults(_ json: inout JSONValue)
    /// What a new object starts with; gives what can't be satisfied.
    static func begin(_ json: inout JSONValue, cluster: ObjectRules.Cluster) -> [FieldError]
    /// What a change takes over from the old object; gives what can't be satisfied.
    static func carryOver(
        from old: JSONValue,
        to new: inout JSONValue,
        cluster: ObjectRules.Cluster
    ) -> [FieldError]
    /// Whether a change is one of what is wanted.
    static func startsGeneration(old: JSONValue, new: JSONValue) -> Bool
    /// The rules that an object breaks.
    static func validate(_ json: JSONValue) -> [FieldError]
    /// The rules that a change breaks.
    static func validateUpdate(old: JSONValue, new: JSONValue) -> [FieldError]
    /// The rules that a status breaks, beyond those of the object.
    static func validateStatus(_ json: JSONValue) -> [FieldError]
}

extension KindRules {
    static var countsGenerations: Bool { false }
    static func nameProblems(_ name: String) -> [String] { NameRules.dns1123Subdomain(name) }
    static func setDefaults(_ json: inout JSONValue) {}
    static func begin(_ json: inout JSONValue, cluster: ObjectRules.Cluster) -> [FieldError] { [] }
    static func carryOver(
        from old: JSONValue,
        to new: inout JSONValue,
        cluster: ObjectRules.Cluster
    ) -> [FieldError] { [] }
    static func startsGeneration(old: JSONValue, new: JSONValue) -> Bool { old["spec"] != new["spec"] }
    static func validate(_ json: JSONValue) -> [FieldError] { [] }
    static func validateUpdate(old: JSONValue, new: JSONValue) -> [FieldError] { [] }
    static func validateStatus(_ json: JSONValue) -> [FieldError] { [] }
}

extension ResourceKind {
    /// The rules of the kind.
    var rules: any KindRules.Type {
        switch kind {
        case "Service": ServiceRules.self
        case "EndpointSlice": EndpointSliceRules.self
        case "NetworkPolicy": NetworkPolicyRules.self
        case "Node": NodeRules.self
        case "Pod": PodRules.self
        case "Namespace": NamespaceRules.self
        case "Lease": LeaseRules.self
        default: EventRules.self
        }
    }
}
