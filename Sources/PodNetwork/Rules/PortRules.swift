import NFTables
import NetworkTypes

/// The rules that publish containers' ports on the host.
///
/// There is one table a network and family, with the same few rules whatever it publishes; a published port is an element
/// of two of its sets. It is reached on every address of the host (or the one named), the gateway's and 127.0.0.1
/// included, from outside, from the host and from the containers.
struct PortRules: RuleSet, Hashable, Sendable {
    /// Whose ports they are.
    let id: AttachmentID
    /// The ports.
    let configuration: PortMappingConfiguration
    /// The container's addresses; the first of each family is the one that ports lead to.
    let addresses: [IPPrefix]

    /// The tables' comment: says whose they are, and the version of their layout.
    static let comment = "weft-cni ports 1"

    /// The table of a network and family.
    static func table(_ network: String, _ family: IPFamily) -> Table {
        Table(TableFamily(family), "weft-ports-\(network)", comment: comment)
    }

    /// The sets whose elements are attachments'.
    static func attachmentSets(_ network: String, _ family: IPFamily) -> [NamedSet] {
        [ports(network, family), addressedPorts(network, family), targets(network, family)]
    }

    /// Ports that are published on every address: where they lead.
    private static func ports(_ network: String, _ family: IPFamily) -> NamedSet {
        NamedSet(
            table(network, family).id,
            "ports",
            key: [.inetProtocol, .inetService],
            to: .value([.address(family), .inetService])
        )
    }

    /// Ports that are published on one address: where they lead.
    private static func addressedPorts(_ network: String, _ family: IPFamily) -> NamedSet {
        NamedSet(
            table(network, family).id,
            "addressed",
            key: [.address(family), .inetProtocol, .inetService],
            to: .value([.address(family), .inetService])
        )
    }

    /// The name of the set of where published ports lead to.
    static let targetsName = "targets"

    /// Where published ports lead to.
    private static func targets(_ network: String, _ family: IPFamily) -> NamedSet {
        NamedSet(table(network, family).id, targetsName, key: [.address(family), .inetProtocol, .inetService])
    }

    /// Who is masqueraded when it connects to a published port.
    private static func sources(_ network: String, _ family: IPFamily) -> NamedSet {
        NamedSet(table(network, family).id, "masqueraded", key: [.address(family)], flags: .interval)
    }

    /// The container's address in a family, and the ports that lead to it.
    private func published(_ family: IPFamily) -> (address: IPPrefix, mappings: [PortMapping])? {
        guard let address = addresses.first(where: { $0.family == family }) else { return nil }
        let mappings = configuration.mappings.filter { $0.isPublished(in: family) }
        return mappings.isEmpty ? nil : (address, mappings)
    }

    /// The families in which anything is published.
    var families: [IPFamily] { IPFamily.allCases.filter { published($0) != nil } }

    /// Whether the host's own loopback addresses are among those that connect.
    var isReachedFromLoopback: Bool {
        guard configuration.masquerades, let published = published(.ipv4) else { return false }
        return published.mappings.contains { $0.hostAddress == nil || $0.hostAddress?.isLoopback == true }
    }

    private func sources(_ family: IPFamily, _ address: IPPrefix) -> [SetElement] {
        if configuration.masqueradesAll { return [Self.interval(.all(family))] }
        guard configuration.masquerades else { return [] }
        let loopback = IPPrefix(address: .loopback(family), length: family == .ipv4 ? 8 : 128)?.masked
        return [address.masked, loopback].compactMap { $0 }.map(Self.interval)
    }

    private static func interval(_ prefix: IPPrefix) -> SetElement {
        SetElement(ElementValue(.address(prefix.first)), through: ElementValue(.address(prefix.last)))
    }

    var tables: [Table] { families.map { Self.table(id.network, $0) } }

    var addition: Transaction { elements(replacingSources: false) }

    /// For other subnets than before, some of which overlap; a port that is taken stays taken.
    var replacement: Transaction? { elements(replacingSources: true) }

    private func elements(replacingSources: Bool) -> Transaction {
        var transaction = Transaction()
        for family in families {
            guard let (address, mappings) = published(family) else { continue }
            let sources = Self.sources(id.network, family)
            if replacingSources { transaction.flush(sources) }
            transaction.add(self.sources(family, address), to: sources)
            for mapping in mappings { add(mapping, to: address.address, &transaction) }
        }
        return transaction
    }

    private func add(_ mapping: PortMapping, to address: IPAddress, _ transaction: inout Transaction) {
        let (transport, network) = (Field.transport(mapping.transport), id.network)
        let target = ElementValue(.address(address), .port(mapping.containerPort))
        let (set, key) = Self.place(of: mapping, network, address.family)
        transaction.add([SetElement(key, value: target, comment: id.elementComment)], to: set)
        let aim = ElementValue(.address(address), transport, .port(mapping.containerPort))
        transaction.add([SetElement(aim, comment: id.elementComment)], to: Self.targets(network, address.family))
    }

    /// The map that a port is in, and under which key.
    private static func place(
        of mapping: PortMapping,
        _ network: String,
        _ family: IPFamily
    ) -> (NamedSet, ElementValue) {
        let (transport, port) = (Field.transport(mapping.transport), Field.port(mapping.hostPort))
        guard let address = mapping.hostAddress else {
            return (ports(network, family), ElementValue(transport, port))
        }
        return (addressedPorts(network, family), ElementValue(.address(address), transport, port))
    }

    var creation: Transaction {
        var transaction = Transaction()
        for family in families {
            transaction.add(Self.table(id.network, family))
            for set in Self.attachmentSets(id.network, family) { transaction.add(set) }
            transaction.add(Self.sources(id.network, family))
            Self.addChains(id.network, family, &transaction)
        }
        transaction.append(addition)
        return transaction
    }

    private static func addChains(_ network: String, _ family: IPFamily, _ transaction: inout Transaction) {
        let table = table(network, family).id
        let publish = Chain(table, "publish")
        transaction.add(publish)
        let (destination, transport) = (Selector.destinationAddress(family), Selector.transportProtocol)
        let lookups: [Operand] = [
            .lookup([destination, transport, .destinationPort], addressedPorts(network, family)),
            .lookup([transport, .destinationPort], ports(network, family)),
        ]
        for lookup in lookups {
            transaction.add(
                Rule(
                    publish,
                    [
                        .transport(in: TransportProtocol.allCases),
                        .translate(.destination, family, .operand(lookup)),
                    ]
                )
            )
        }
        for (name, hook) in [("prerouting", Hook.prerouting), ("output", .output)] {
            let chain = Chain(table, name, base: BaseChain(.nat, hook, priority: .destinationNAT))
            transaction.create(chain)
            transaction.add(Rule(chain, [.isLocal(.destination), .jump(publish.name)]))
        }
        let leaving = Chain(table, "postrouting", base: BaseChain(.nat, .postrouting, priority: .sourceNAT))
        transaction.create(leaving)
        transaction.add(
            Rule(
                leaving,
                [
                    .connectionStatus(.destinationNAT),
                    .member([destination, transport, .destinationPort], of: .named(targets(network, family))),
                    .member([.sourceAddress(family)], of: .named(sources(network, family))),
                    .masquerade(.fullyRandom),
                ]
            )
        )
        if family == .ipv4 { addGuard(table, &transaction) }
    }

    /// With route_localnet the containers could reach what listens on 127.0.0.1 only: nothing comes there from outside.
    private static func addGuard(_ table: TableID, _ transaction: inout Transaction) {
        let chain = Chain(table, "loopback", base: BaseChain(.filter, .prerouting, priority: -300))
        guard let loopback = IPPrefix(address: .loopback(.ipv4), length: 8)?.masked else { return }
        transaction.create(chain)
        transaction.add(
            Rule(
                chain,
                [
                    .compare(.meta(.inputInterfaceName), .notEqual, .interfaceName("lo")),
                    .prefix(.destinationAddress(.ipv4), loopback), .drop,
                ]
            )
        )
    }

    var expected: [(fault: String, keys: [ElementValue], set: NamedSet)] {
        families.flatMap { family -> [(fault: String, keys: [ElementValue], set: NamedSet)] in
            (published(family)?.mappings ?? []).map { mapping in
                let (set, key) = Self.place(of: mapping, id.network, family)
                return ("the port \(mapping) is not published (\(family))", [key], set)
            }
        }
    }

    /// Who has one of the ports already, after the kernel has said that one is taken.
    ///
    /// - Returns: a sentence; nil when nobody is to be found.
    func conflict(_ connection: inout NFTablesConnection) -> String? {
        for family in families {
            for mapping in published(family)?.mappings ?? [] {
                let (set, key) = Self.place(of: mapping, id.network, family)
                let elements = (try? connection.elements(of: set)) ?? []
                guard let element = elements.first(where: { $0.key == key }),
                    element.comment != id.elementComment
                else { continue }
                let words = (element.comment ?? "").split(separator: " ", maxSplits: 1)
                return "\(mapping) is published for \(words.last ?? "someone else") already"
            }
        }
        return nil
    }
}
