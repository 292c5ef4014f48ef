/// What an element of a map leads to.
public enum ElementData: Hashable, Sendable {
    /// The element of a set: only a key.
    case none
    /// Data of the map's data type.
    case value(ElementValue)
    /// A decision, in a verdict map.
    case verdict(Verdict)
}

/// One element of a set or map.
public struct SetElement: Hashable, Sendable {
    /// The key, or the lowest one of an interval.
    public var key: ElementValue
    /// What the key leads to, in a map.
    public var data: ElementData
    /// Text for people, shown by `nft list`; at most 128 bytes are kept, and quotation marks are replaced.
    public var comment: String?
    private var rest: Rest

    /// What most elements do not have; in one reference, to keep the others small.
    private indirect enum Rest: Hashable, Sendable {
        case none
        case some(keyEnd: ElementValue?, timeout: UInt64?)
    }

    /// An element of a set.
    public init(_ key: ElementValue, comment: String? = nil) {
        self.init(key, data: .none, comment: comment)
    }

    /// An element of a map to data.
    public init(_ key: ElementValue, value: ElementValue, comment: String? = nil) {
        self.init(key, data: .value(value), comment: comment)
    }

    /// An element of a verdict map.
    public init(_ key: ElementValue, verdict: Verdict, comment: String? = nil) {
        self.init(key, data: .verdict(verdict), comment: comment)
    }

    /// An element of any kind.
    public init(_ key: ElementValue, data: ElementData, comment: String? = nil) {
        self.key = key
        self.data = data
        self.comment = comment
        rest = .none
    }

    /// An interval of keys, both ends included; in a concatenation each field is an interval of its own.
    public init(_ key: ElementValue, through keyEnd: ElementValue, data: ElementData = .none, comment: String? = nil) {
        self.key = key
        self.data = data
        self.comment = comment
        rest = .some(keyEnd: keyEnd, timeout: nil)
    }

    /// The highest key of an interval, included; nil for a single key.
    public var keyEnd: ElementValue? {
        get {
            if case .some(let keyEnd, _) = rest { keyEnd } else { nil }
        }
        set { rest = Self.rest(keyEnd: newValue, timeout: timeout) }
    }

    /// Milliseconds after which the kernel removes the element; nil for the set's default.
    public var timeout: UInt64? {
        get {
            if case .some(_, let timeout) = rest { timeout } else { nil }
        }
        set { rest = Self.rest(keyEnd: keyEnd, timeout: newValue) }
    }

    private static func rest(keyEnd: ElementValue?, timeout: UInt64?) -> Rest {
        keyEnd == nil && timeout == nil ? .none : .some(keyEnd: keyEnd, timeout: timeout)
    }
}
