public import NFTables
public import NetworkTypes

/// A small table in the layout of the service proxy, for either IP family: every kind of set, map and rule in it.
///
/// It holds two Services with two endpoints (one of them with client affinity), one with external traffic policy
/// Local, one with source ranges, and a NodePort. The IPv4 one says what reference/layout-services.nft says.
public struct ServicesSample: Sendable {
    /// The family of all addresses.
    public let family: IPFamily
    /// The table.
    public let table: Table

    /// Makes the sample for one IP family.
    public init(_ family: IPFamily) {
        self.family = family
        table = Table(TableFamily(family), "weft", comment: "weft services")
    }

    /// Everything in one transaction.
    public var transaction: Transaction {
        var transaction = Transaction()
        transaction.add(table)
        for chain in chains { transaction.add(chain) }
        for (set, elements) in sets {
            transaction.add(set)
            transaction.add(elements, to: set)
        }
        for rule in rules { transaction.add(rule) }
        return transaction
    }

    /// A frontend's address: 10.96.0.n, or fd00:96::n.
    public func cluster(_ number: UInt16) -> IPAddress {
        address(0x0a60_0000, 0xfd00_0096_0000_0000, number)
    }

    /// An external address: 203.0.113.n, or 2001:db8::n.
    public func external(_ number: UInt16) -> IPAddress {
        address(0xcb00_7100, 0x2001_0db8_0000_0000, number)
    }

    /// A pod's address: 10.244.0.n, or fd00:244::n.
    public func pod(_ number: UInt16) -> IPAddress {
        address(0x0af4_0000, 0xfd00_0244_0000_0000, number)
    }

    private func address(_ v4: UInt32, _ v6: UInt64, _ number: UInt16) -> IPAddress {
        family == .ipv4
            ? .v4(IPv4Address(rawValue: v4 + UInt32(number))) : .v6(IPv6Address(high: v6, low: UInt64(number)))
    }

    /// The pods' prefix: 10.244.0.0/16, or fd00:244::/32.
    public var podPrefix: IPPrefix {
        IPPrefix(address: pod(0), length: family == .ipv4 ? 16 : 32) ?? .all(family)
    }

    /// The bit of the packet's mark that asks for masquerading.
    public static let masqueradeBit: UInt32 = 0x4000
}

// Keys and the named sets.
extension ServicesSample {
    private var frontendType: ValueType { [.address(family), .inetProtocol, .inetService] }
    var nodePortType: ValueType { [.inetProtocol, .inetService] }
    private var endpointType: ValueType { [.address(family), .inetService] }

    /// Address, protocol and port of the packet's destination.
    public var frontendKey: [Selector] { [.destinationAddress(family), .transportProtocol, .destinationPort] }
    /// Protocol and port of the packet's destination.
    public var nodePortKey: [Selector] { [.transportProtocol, .destinationPort] }

    func frontend(_ address: IPAddress) -> ElementValue {
        ElementValue(.address(address), .transport(.tcp), .port(80))
    }

    func endpoint(_ number: UInt16) -> ElementValue { ElementValue(.address(pod(number)), .port(8080)) }

    func classID(_ major: UInt16, _ minor: UInt16) -> ElementValue { ElementValue(.classID(major, minor)) }

    func map(_ name: String, _ key: ValueType, _ content: NamedSet.Content) -> NamedSet {
        NamedSet(table.id, name, key: key, to: content)
    }

    func classMap(_ name: String) -> NamedSet { map(name, frontendType, .value([.classID])) }
    func verdicts(_ name: String) -> NamedSet { map(name, [.classID], .verdict) }
    func endpoints(_ name: String) -> NamedSet { map(name, [.classID], .value(endpointType)) }

    /// Client and group to endpoint id, filled by rules.
    public var affinity: NamedSet {
        NamedSet(
            table.id,
            "affinity",
            key: [.address(family), .classID],
            to: .value([.mark]),
            flags: [.dynamic, .timeout],
            size: 1_048_576
        )
    }

    /// Frontend and client prefix, intervals in a concatenation.
    public var sourceRanges: NamedSet {
        NamedSet(
            table.id,
            "source-ranges",
            key: [.address(family), .inetProtocol, .inetService, .address(family)],
            flags: .interval
        )
    }

    /// Pairs of equal pod addresses.
    public var hairpin: NamedSet { NamedSet(table.id, "hairpin", key: [.address(family), .address(family)]) }

    /// All named sets and maps with their elements, in the order of the layout.
    public var sets: [(NamedSet, [SetElement])] { frontendSets + classSets + endpointSets + affinitySets }

    private var frontendSets: [(NamedSet, [SetElement])] {
        let services = [
            (cluster(1), "default/web:http ClusterIP", classID(1, 2)),
            (external(7), "default/web:http LoadBalancer", classID(2, 2)),
            (cluster(2), "default/aff:http ClusterIP", classID(3, 2)),
            (external(8), "default/aff:http LoadBalancer", classID(4, 2)),
            (external(9), "default/loc:http LoadBalancer eTP Local", classID(5, 0)),
            (external(10), "default/ranges:http LB sourceRanges", classID(6, 0)),
        ]
        let nodePort = SetElement(
            ElementValue(.transport(.tcp), .port(30080)),
            value: classID(2, 2),
            comment: "default/web:http NodePort"
        )
        return [
            (
                classMap("services"),
                services.map { SetElement(frontend($0.0), value: $0.2, comment: $0.1) }
            ),
            (map("nodeports", nodePortType, .value([.classID])), [nodePort]),
        ]
    }

    private var classSets: [(NamedSet, [SetElement])] {
        let classes: [(ElementValue, String)] = [
            (classID(1, 2), "n2"), (classID(2, 2), "masq-n2"), (classID(3, 2), "affinity-10s-n2"),
            (classID(4, 2), "affinity-10s-masq-n2"), (classID(5, 0), "external-local"), (classID(6, 0), "firewall"),
        ]
        func gotos(_ classes: [(ElementValue, String)]) -> [SetElement] {
            classes.map { SetElement($0.0, verdict: .goto($0.1)) }
        }
        return [
            (verdicts("classes"), gotos(classes)),
            (verdicts("nodeport-classes"), gotos([(classID(2, 2), "nodeport-masq-n2")])),
            (
                classMap("cluster-class"),
                [
                    SetElement(frontend(external(9)), value: classID(1, 2)),
                    SetElement(frontend(external(10)), value: classID(2, 2)),
                ]
            ),
            (classMap("local-class"), [SetElement(frontend(external(9)), value: classID(1, 1))]),
            (verdicts("cluster-classes"), gotos([(classID(1, 2), "n2"), (classID(2, 2), "masq-n2")])),
            (verdicts("local-classes"), gotos([(classID(1, 1), "local-n1")])),
        ]
    }

    private var endpointSets: [(NamedSet, [SetElement])] {
        let groups = [
            (cluster(1), 1), (external(7), 1), (cluster(2), 2), (external(8), 2), (external(9), 3), (external(10), 1),
        ]
        let prefix = IPPrefix("192.168.0.0/30").flatMap { family == .ipv4 ? $0 : IPPrefix("2001:db8:1::/64") }
        let clients = prefix ?? .all(family)
        func range(_ address: IPAddress) -> ElementValue {
            ElementValue(.address(external(10)), .transport(.tcp), .port(80), .address(address))
        }
        func slot(_ group: UInt16, _ pod: UInt16) -> SetElement { SetElement(classID(0, group), value: endpoint(pod)) }
        return [
            (classMap("group"), groups.map { SetElement(frontend($0.0), value: classID(0, UInt16($0.1))) }),
            (classMap("local-group"), [SetElement(frontend(external(9)), value: classID(0, 4))]),
            (
                map("nodeport-group", nodePortType, .value([.classID])),
                [SetElement(ElementValue(.transport(.tcp), .port(30080)), value: classID(0, 1))]
            ),
            (sourceRanges, [SetElement(range(clients.first), through: range(clients.last))]),
            (endpoints("slot0"), [slot(1, 2), slot(3, 2), slot(4, 3)]),
            (endpoints("slot1"), [slot(1, 3), slot(3, 3)]),
        ]
    }

    private var affinitySets: [(NamedSet, [SetElement])] {
        func mark(_ mark: UInt32) -> ElementValue { ElementValue(.host32(mark)) }
        let slots = [("affinity-slot0", 101), ("affinity-slot1", 102)].map { name, id in
            (map(name, [.classID], .value([.mark])), [SetElement(classID(0, 2), value: mark(UInt32(id)))])
        }
        return [(affinity, [])] + slots + [
            (
                endpoints("affinity-endpoint"),
                [
                    SetElement(classID(0, 101), value: endpoint(2)),
                    SetElement(classID(0, 102), value: endpoint(3)),
                ]
            ),
            (
                map("affinity-alive", [.mark], .value([.classID])),
                [
                    SetElement(mark(101), value: classID(0, 101)),
                    SetElement(mark(102), value: classID(0, 102)),
                ]
            ),
            (
                hairpin,
                [2, 3].map { SetElement(ElementValue(.address(pod($0)), .address(pod($0)))) }
            ),
        ]
    }
}
