import ClusterModel
import JSONTree

/// The parameters of a list or a watch that say which state is wanted, as a client sends them.
public struct ListOptions: Hashable, Sendable {
    /// How `resourceVersion` is meant.
    public enum Match: String, Hashable, Sendable {
        /// Exactly that revision.
        case exact = "Exact"
        /// That revision or a newer one.
        case notOlderThan = "NotOlderThan"
    }

    /// The wanted revision; nil for the newest, 0 for any.
    public var revision: Revision?
    /// How the revision is meant.
    public var match: Match?
    /// How many objects at most; 0 for all.
    public var limit = 0
    /// Where an earlier list ended.
    public var continuation: ContinueToken?
    /// For a watch: begin with all present objects, and a bookmark behind them.
    public var sendInitialEvents: Bool?
    /// For a watch: tell the revision from time to time.
    public var allowBookmarks = false
    /// For a watch: how long it lasts.
    public var timeoutSeconds: Int?

    /// Makes the options of a client that sends none.
    public init() {}

    /// Reads options from query parameters.
    /// - Parameters:
    ///   - isWatch: whether they are a watch's.
    ///   - parameter: the value of a parameter, nil when it is missing.
    /// - Throws: ``StoreError``: `badRequest` for a value that can't be read, `invalid` for a combination that has no
    ///   meaning.
    public init(isWatch: Bool, parameter: (String) -> String?) throws(StoreError) {
        revision = try Self.revision(parameter("resourceVersion"))
        try readMatch(parameter("resourceVersionMatch"))
        limit = try Self.number(parameter("limit"), "limit") ?? 0
        timeoutSeconds = try Self.number(parameter("timeoutSeconds"), "timeoutSeconds")
        allowBookmarks = Self.flag(parameter("allowWatchBookmarks")) ?? false
        sendInitialEvents = Self.flag(parameter("sendInitialEvents"))
        if let token = parameter("continue"), !token.isEmpty {
            guard let read = ContinueToken(token) else {
                throw .badRequest("continue key is not valid: \(token)")
            }
            continuation = read
        }
        try check(isWatch: isWatch, hasRevision: !(parameter("resourceVersion") ?? "").isEmpty)
    }

    /// Reads a resource version; nil when there is none.
    /// - Throws: ``StoreError`` with code `badRequest` when it is no number.
    public static func revision(_ text: String?) throws(StoreError) -> Revision? {
        guard let text, !text.isEmpty else { return nil }
        guard let value = Revision(text), value >= 0 else {
            throw .badRequest("resourceVersion: Invalid value: \"\(text)\": must be a non-negative number")
        }
        return value
    }

    private mutating func readMatch(_ text: String?) throws(StoreError) {
        guard let text, !text.isEmpty else { return }
        guard let value = Match(rawValue: text) else {
            let supported = ["Exact", "NotOlderThan"]
            throw Self.invalid([.notSupported("resourceVersionMatch", .string(text), supported)])
        }
        match = value
    }

    private static func number(_ text: String?, _ name: String) throws(StoreError) -> Int? {
        guard let text, !text.isEmpty else { return nil }
        guard let value = Int(text), value >= 0 else {
            throw .badRequest("\(name): Invalid value: \"\(text)\": must be a non-negative number")
        }
        return value
    }

    /// A flag as Go reads it: present and empty means true.
    static func flag(_ text: String?) -> Bool? {
        guard let text else { return nil }
        return !["0", "false", "False", "FALSE", "f", "F"].contains(text)
    }

    private func check(isWatch: Bool, hasRevision: Bool) throws(StoreError) {
        var errors: [FieldError] = []
        if let sendInitialEvents {
            if !isWatch {
                errors.append(.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
            } else if match != .notOlderThan {
                let detail = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
                errors.append(.forbidden("resourceVersionMatch", detail))
            } else if !sendInitialEvents, !hasRevision {
                errors.append(
                    .forbidden("resourceVersion", "resourceVersion must be set when sendInitialEvents is false")
                )
            }
        } else if match != nil {
            if isWatch {
                let detail = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
                errors.append(.forbidden("resourceVersionMatch", detail))
            } else if continuation != nil {
                let detail = "resourceVersionMatch is forbidden when continue is provided"
                errors.append(.forbidden("resourceVersionMatch", detail))
            } else if !hasRevision {
                let detail = "resourceVersionMatch is forbidden unless resourceVersion is provided"
                errors.append(.forbidden("resourceVersionMatch", detail))
            } else if match == .exact, revision == 0 {
                let detail = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""
                errors.append(.forbidden("resourceVersionMatch", detail))
            }
        }
        guard errors.isEmpty else { throw Self.invalid(errors) }
        if continuation != nil, let revision, revision > 0 {
            throw .badRequest("specifying resource version is not allowed when using continue")
        }
    }

    private static func invalid(_ errors: [FieldError]) -> StoreError {
        StoreError(.invalid, .invalid(kind: "ListOptions", group: "meta.k8s.io", name: "", errors))
    }
}
