import RouteNetlink

/// The keys of the reference's macvlan and ipvlan plugins.
struct SublinkConfiguration: Hashable, Sendable {
    /// What is made.
    enum Mode: Hashable, Sendable {
        /// A link with an address of its own.
        case macvlan(MacvlanOptions.Mode)
        /// A link that shares its lower link's address.
        case ipvlan(IPVLANOptions.Mode)
    }

    /// `mode`.
    var mode: Mode
    /// `master`: the link below; nil for that of the default route.
    var master: String?
    /// `linkInContainer`: whether the link below is in the container's namespace.
    var isMasterInContainer: Bool
    /// `bcqueuelen`: of a macvlan link; nil for the kernel's.
    var broadcastQueueLength: UInt32?

    /// Whether it is an ipvlan link.
    var isIPVLAN: Bool {
        if case .ipvlan = mode { true } else { false }
    }

    init(macvlan reader: KeyReader) throws(CNIError) {
        let modes: [(String, MacvlanOptions.Mode)] = [
            ("bridge", .bridge), ("private", .isolated), ("vepa", .vepa), ("passthru", .passthru),
        ]
        mode = .macvlan(try Self.mode(modes, reader))
        (master, isMasterInContainer) = try Self.master(reader)
        if let length = try reader.integer("bcqueuelen"), length != 0 {
            guard let value = UInt32(exactly: length) else {
                throw reader.invalid("bcqueuelen", "\(length) is not within 0 to \(UInt32.max)")
            }
            broadcastQueueLength = value
        }
    }

    init(ipvlan reader: KeyReader) throws(CNIError) {
        mode = .ipvlan(try Self.mode([("l2", .l2), ("l3", .l3), ("l3s", .l3s)], reader))
        (master, isMasterInContainer) = try Self.master(reader)
    }

    private static func mode<Mode>(_ modes: [(String, Mode)], _ reader: KeyReader) throws(CNIError) -> Mode {
        let name = try reader.string("mode") ?? modes[0].0
        guard let mode = modes.first(where: { $0.0 == name })?.1 else {
            throw reader.invalid("mode", "\"\(name)\" is none of \(modes.map(\.0).joined(separator: ", "))")
        }
        return mode
    }

    private static func master(_ reader: KeyReader) throws(CNIError) -> (String?, Bool) {
        let master = try reader.string("master")
        if let master, let fault = NameRules.faultOfInterface(master) {
            throw reader.invalid("master", "\"\(master)\": \(fault)")
        }
        return (master, try reader.bool("linkInContainer"))
    }
}
