/// `policyWait`: what becomes of a pod of Kubernetes between the making of its interface and its NetworkPolicies' rules.
///
/// A pod that is held is reached by its own node only, and reaches nobody else, until weftd has its rules in.
enum PolicyWait: Hashable, Sendable {
    /// Held if weftd enforces policies on this node, or did so since the machine started; the default.
    case ifEnforced
    /// `hold`: always held; without weftd's table the pod is not made at all.
    case hold
    /// A number of seconds, as `10s`: held, and ADD waits as long until weftd lets the pod go; then it is open.
    case upTo(seconds: Int)
    /// `open`: never held.
    case open

    /// Reads the key.
    init(_ reader: KeyReader) throws(CNIError) {
        switch try reader.string("policyWait") {
        case nil: self = .ifEnforced
        case "hold": self = .hold
        case "open": self = .open
        case let text?:
            guard text.hasSuffix("s"), let seconds = Int(text.dropLast()), (1...600).contains(seconds) else {
                throw reader.invalid("policyWait", "\"\(text)\" is none of hold, open, and 1s to 600s")
            }
            self = .upTo(seconds: seconds)
        }
    }
}
