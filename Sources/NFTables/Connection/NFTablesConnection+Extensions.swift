import LinuxSystem
import Netlink
public import NetworkTypes

/// An extension of iptables that rules of nf_tables may use: what ``ExtensionCompat`` names.
public struct ExtensionID: Hashable, Sendable, CustomStringConvertible {
    /// The kernel's name: "comment", "DNAT".
    public var name: String
    /// The version of its C struct.
    public var revision: UInt32
    /// Whether it does something with packets, instead of telling them apart.
    public var isTarget: Bool

    /// Names a match.
    public static func match(_ name: String, revision: UInt32) -> ExtensionID {
        ExtensionID(name: name, revision: revision, isTarget: false)
    }

    /// Names a target.
    public static func target(_ name: String, revision: UInt32) -> ExtensionID {
        ExtensionID(name: name, revision: revision, isTarget: true)
    }

    /// Those that ``ExtensionCompat`` can write, without `recent` and `sctp`, which only some Services need.
    public static let essential: [ExtensionID] = [
        .match("comment", revision: 0), .match("addrtype", revision: 1), .match("conntrack", revision: 3),
        .match("statistic", revision: 0), .target("MARK", revision: 2), .target("MASQUERADE", revision: 0),
        .target("DNAT", revision: 2), .target("REJECT", revision: 0),
    ]

    /// "match comment revision 0".
    public var description: String { "\(isTarget ? "target" : "match") \(name) revision \(revision)" }
}

extension NFTablesConnection {
    /// Whether the kernel has an extension of iptables for rules of nf_tables, or can load its module (`nft_compat`).
    ///
    /// - Throws: ``NFTablesError`` when the kernel could not be asked.
    public mutating func has(_ wanted: ExtensionID, _ family: IPFamily) throws(NFTablesError) -> Bool {
        let request = NetlinkRequest(
            MessageKind.getCompatibility,
            operation: "ask for",
            object: "\(family) \(wanted)"
        ) { writer in
            writer.netfilterHeader(family: TableFamily(family).rawValue)
            // NFTA_COMPAT_NAME, NFTA_COMPAT_REV, NFTA_COMPAT_TYPE.
            writer.attribute(1, string: wanted.name)
            writer.attribute(2, network: wanted.revision)
            writer.attribute(3, network: UInt32(wanted.isTarget ? 1 : 0))
        }
        return try isAnswered(request)
    }
}
