import LinuxSystem
import NFTables
import Netlink
import NetworkTypes

/// What of a proxy's work can be seen in the kernel of a network namespace, whoever did it.
///
/// Looking costs little while nothing changes: nf_tables has a generation. Only when it moved are elements or rules
/// counted, over dumps that nothing is parsed of.
final class KernelView {
    private let mode: String
    private var socket: NetlinkSocket
    private var connection: NFTablesConnection
    /// Mode ipvs has its own.
    private let virtualServers: VirtualServerView?

    /// Where a mode keeps one thing for each Service: kube-proxy's place, and weftd's.
    private enum Place {
        /// Elements of a set or map.
        case elements(table: String, set: String)
        /// Rules of a chain.
        case rules(table: String, chain: String)
    }

    init(_ namespace: NetworkNamespace, mode: String) throws {
        self.mode = mode
        socket = try NetlinkSocket.open(.netfilter, in: namespace)
        connection = try NFTablesConnection(in: namespace)
        virtualServers = mode == "ipvs" ? try VirtualServerView(namespace) : nil
    }

    private var places: [Place] {
        mode == "iptables"
            ? [.rules(table: "nat", chain: "KUBE-SERVICES")]
            : [.elements(table: "kube-proxy", set: "service-ips"), .elements(table: "weft", set: "services")]
    }

    /// A number that is another one after a change.
    ///
    /// IPVS has none: there it is always another.
    func stamp() throws -> UInt32 {
        guard virtualServers == nil else {
            looks &+= 1
            return looks
        }
        return try connection.generation().identifier
    }

    private var looks: UInt32 = 0

    /// How many Services are programmed; what is being changed at this moment counts as nothing.
    func serviceCount() throws -> Int {
        if let virtualServers { return try virtualServers.count() }
        return try places.map { place in
            switch place {
            case .elements(let table, let set): try elements(table, set).reduce(0) { $0 + Self.elementCount($1) }
            case .rules(let table, let chain): try rules(table, chain).count
            }
        }.max() ?? 0
    }

    /// Whether a Service's endpoint is programmed; in the modes of rules, an endpoint of any Service.
    func contains(_ address: IPv4Address, ofService service: Int) throws -> Bool {
        if let virtualServers { return try virtualServers.leads(from: service, to: address) }
        for place in places {
            switch place {
            case .rules(let table, _):
                if try rules(table, nil).contains(where: { Self.holds($0, address) }) { return true }
            case .elements(let table, _):
                if try rules(table, nil).contains(where: { Self.holds($0, address) }) { return true }
                for set in try sets(table) {
                    if try elements(table, set).contains(where: { Self.holds($0, address) }) { return true }
                }
            }
        }
        return false
    }

    /// NFT_MSG_GETRULE with NFTA_RULE_TABLE and NFTA_RULE_CHAIN.
    private func rules(_ table: String, _ chain: String?) throws -> [NetlinkMessage] {
        try dump(7, "list rules", "\(table) \(chain ?? "")") {
            $0.attribute(1, string: table)
            if let chain { $0.attribute(2, string: chain) }
        }
    }

    /// NFT_MSG_GETSETELEM with NFTA_SET_ELEM_LIST_TABLE and NFTA_SET_ELEM_LIST_SET.
    private func elements(_ table: String, _ set: String) throws -> [NetlinkMessage] {
        try dump(13, "list elements", "\(table) \(set)") {
            $0.attribute(1, string: table)
            $0.attribute(2, string: set)
        }
    }

    /// The names of a table's sets: NFT_MSG_GETSET with NFTA_SET_TABLE, answered with NFTA_SET_NAME.
    private func sets(_ table: String) throws -> [String] {
        try dump(10, "list sets", table) { $0.attribute(1, string: table) }.compactMap { message in
            var attributes = try message.attributes(after: 4)
            while attributes.next() { if attributes.type == 2 { return attributes.string() } }
            return nil
        }
    }

    /// A dump of IPv4's tables; empty while the table is missing or changes all the time.
    private func dump(
        _ message: UInt16,
        _ operation: String,
        _ object: String,
        _ attributes: (inout AttributeWriter) -> Void
    ) throws -> [NetlinkMessage] {
        // NFNL_SUBSYS_NFTABLES above the message; then struct nfgenmsg with NFPROTO_IPV4.
        let request = NetlinkRequest(10 << 8 | message, operation: operation, object: object) {
            $0.append(UInt8(2))
            $0.append(UInt8(0))
            $0.append(network: UInt16(0))
            attributes(&$0)
        }
        do throws(NetlinkError) {
            return try socket.dump(request)
        } catch {
            if error.code == .interrupted || error.errno == .noSuchFileOrDirectory { return [] }
            throw error
        }
    }

    /// The entries of NFTA_SET_ELEM_LIST_ELEMENTS.
    private static func elementCount(_ message: NetlinkMessage) -> Int {
        guard var attributes = try? message.attributes(after: 4) else { return 0 }
        var count = 0
        while attributes.next() {
            guard attributes.type == 3 else { continue }
            var entries = AttributeReader(attributes.payload)
            while entries.next() { count += 1 }
        }
        return count
    }

    /// Whether an address stands somewhere in a message, in network order.
    private static func holds(_ message: NetlinkMessage, _ address: IPv4Address) -> Bool {
        let (wanted, bytes) = (address.bytes, message.payload)
        guard bytes.count >= 4 else { return false }
        return (bytes.startIndex...bytes.endIndex - 4).contains { start in
            bytes[start] == wanted[0] && bytes[start + 1] == wanted[1] && bytes[start + 2] == wanted[2]
                && bytes[start + 3] == wanted[3]
        }
    }
}
