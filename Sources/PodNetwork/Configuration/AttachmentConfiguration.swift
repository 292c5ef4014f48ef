import JSONTree
import NetworkTypes

/// What a network configuration asks of an attachment, whichever of the plugin's types it is for: an interface, where its
/// addresses come from, and what else is done about it.
struct AttachmentConfiguration: Hashable, Sendable {
    /// The interface that is made.
    enum Interface: Hashable, Sendable {
        /// A port of a bridge.
        case bridge(BridgeConfiguration)
        /// A veth pair that the host routes to.
        case routed
        /// A link on one of the host's.
        case sublink(SublinkConfiguration)
        /// None: the plugin before made it.
        case none
    }

    /// The plugin.
    var type: PluginType
    /// The interface that is made.
    var interface: Interface
    /// `ipMasq`: what leaves the network gets the host's address.
    var masquerades = false
    /// `mtu`: of the interfaces, in bytes; nil for the kernel's default.
    var mtu: Int?
    /// The container's link address, where the configuration or the runtime gives one.
    var mac: MACAddress?
    /// `dns` of the configuration, or of the runtime where it gives one.
    var dns = JSONObject()
    /// `ipam`: nil for a network without addresses.
    var ipam: IPAMConfiguration?
    /// The published ports; nil when it is not this plugin that publishes them.
    var ports: PortMappingConfiguration?
    /// The rates; nil when it is not this plugin that limits them.
    var bandwidth: BandwidthConfiguration?
    /// Further settings; nil when it is not this plugin that makes them.
    var tuning: TuningConfiguration?
    /// What is let through; nil when it is not this plugin that sees to it.
    var firewall: FirewallConfiguration?
    /// What becomes of a pod until its NetworkPolicies are in force.
    var policyWait = PolicyWait.ifEnforced
    /// What this plugin does otherwise than the configuration says, without harm; for standard error.
    var notes: [String] = []

    /// The bridge's part; nil for the others.
    var bridge: BridgeConfiguration? {
        if case .bridge(let bridge) = interface { bridge } else { nil }
    }

    /// Reads the keys of a type.
    ///
    /// - Parameters:
    ///   - network: the decoded configuration.
    ///   - type: the plugin that is called.
    ///   - arguments: CNI_ARGS, whose MAC and IP count when nothing newer gives them.
    ///   - id: CNI_IFNAME; empty for STATUS, which has none.
    /// - Throws: code 2 for a key that changes what is done and isn't supported (never ignored silently), 6 for a value
    ///   of the wrong kind, 7 for one that makes no sense, 11 when the node has no subnet yet.
    init(
        _ network: NetworkConfiguration,
        _ type: PluginType,
        arguments: CNIArguments,
        interface id: String = ""
    ) throws(CNIError) {
        let reader = network.reader
        self.type = type
        interface = try Self.interface(type, reader)
        masquerades = try reader.bool("ipMasq")
        if let backend = try reader.string("ipMasqBackend"), backend != "nftables" {
            guard backend == "iptables" else {
                throw reader.invalid("ipMasqBackend", "\"\(backend)\" is neither iptables nor nftables")
            }
            notes.append("ipMasqBackend iptables: weft-cni masquerades with nftables, to the same effect")
        }
        policyWait = try PolicyWait(reader)
        mtu = try Self.mtu(reader)
        mac = try Self.macAddress(reader, arguments: arguments)
        dns = try Self.dns(reader)
        if !type.isChained, type != .loopback {
            ipam = try IPAMConfiguration(network, arguments: arguments, defaults: &self)
        }
        try readFeatures(reader, interface: id)
        try validate(reader)
    }

    /// In the one plugin, what each of the reference's has at the top stands in a section of its name.
    private mutating func readFeatures(_ reader: KeyReader, interface: String) throws(CNIError) {
        func section(_ name: String) throws(CNIError) -> KeyReader {
            try reader.reader(name) ?? KeyReader(JSONObject(), path: "\(name).")
        }
        switch type {
        case .portmap: ports = try PortMappingConfiguration(reader, section: reader)
        case .bandwidth: bandwidth = try BandwidthConfiguration(reader, section: reader)
        case .tuning: tuning = try TuningConfiguration(reader, interface: interface, mac: mac)
        case .firewall: try readFirewall(reader)
        case .weft:
            if let keys = try reader.reader("firewall") { try readFirewall(keys) }
            ports = try PortMappingConfiguration(reader, section: section("portmap"))
            bandwidth = try BandwidthConfiguration(reader, section: section("bandwidth"))
            let keys = try section("tuning")
            tuning = try TuningConfiguration(keys, interface: interface, mac: keys.macAddress("mac"))
        case .bridge, .ptp, .macvlan, .ipvlan, .loopback, .hostLocal, .flannel: break
        }
    }

    private mutating func readFirewall(_ reader: KeyReader) throws(CNIError) {
        let configuration = try FirewallConfiguration(reader)
        notes += configuration.notes
        firewall = configuration
    }

    private static func interface(_ type: PluginType, _ reader: KeyReader) throws(CNIError) -> Interface {
        switch type {
        case .bridge: return .bridge(try BridgeConfiguration(reader))
        case .ptp: return .routed
        case .macvlan: return .sublink(try SublinkConfiguration(macvlan: reader))
        case .ipvlan: return .sublink(try SublinkConfiguration(ipvlan: reader))
        case .weft:
            let name = try reader.string("interfaceType") ?? PluginType.bridge.rawValue
            guard let inner = PluginType(rawValue: name), [.bridge, .ptp, .macvlan, .ipvlan].contains(inner) else {
                throw reader.unsupported("interfaceType", "\"\(name)\"", "it is bridge, ptp, macvlan or ipvlan")
            }
            return try interface(inner, reader)
        case .loopback, .hostLocal, .portmap, .bandwidth, .tuning, .firewall, .flannel: return .none
        }
    }

    private func validate(_ reader: KeyReader) throws(CNIError) {
        // The kernel takes IPv6 away from a link with less (RFC 8200, 5), and says EINVAL to its addresses.
        if let mtu, mtu < 1280, ipam?.hostLocal?.pools.contains(where: { $0.family == .ipv6 }) == true {
            throw reader.invalid("mtu", "\(mtu) is too small for IPv6, which needs 1280")
        }
        if interface == .routed, ipam == nil { throw reader.invalid("ipam", "ptp routes addresses, so it needs IPAM") }
        if bridge?.leavesContainerDown == true, ipam != nil {
            throw reader.invalid(
                "disableContainerInterface",
                "an interface that stays down can't have addresses (ipam)"
            )
        }
        if case .sublink(let sublink) = interface, sublink.isIPVLAN, mac != nil {
            throw reader.unsupported("mac", mac?.description ?? "", "ipvlan links share their lower link's address")
        }
    }

    /// `mtu`, checked; nil when it is missing or 0.
    static func mtu(_ reader: KeyReader) throws(CNIError) -> Int? {
        guard let mtu = try reader.integer("mtu"), mtu != 0 else { return nil }
        // 68 is the least that IPv4 works with (RFC 791), 65535 the most that a veth takes.
        guard (68...65535).contains(mtu) else { throw reader.invalid("mtu", "\(mtu) is not within 68 to 65535") }
        return mtu
    }

    /// CNI_ARGS' MAC < args.cni.mac < runtimeConfig.mac; `mac` of the configuration itself before them all.
    private static func macAddress(
        _ reader: KeyReader,
        arguments: CNIArguments
    ) throws(CNIError) -> MACAddress? {
        if let mac = try reader.reader("runtimeConfig")?.macAddress("mac") { return mac }
        if let mac = try reader.reader("args")?.reader("cni")?.macAddress("mac") { return mac }
        if let text = arguments["MAC"] {
            return try KeyReader.macAddress(text) {
                CNIError(.invalidEnvironment, "invalid MAC in CNI_ARGS", details: $0)
            }
        }
        return try reader.macAddress("mac")
    }

    /// `dns` as it stands; the runtime's (capability "dns") replaces what it names, under the result's keys.
    private static func dns(_ reader: KeyReader) throws(CNIError) -> JSONObject {
        var dns = try reader.reader("dns")?.object ?? JSONObject()
        guard let given = try reader.reader("runtimeConfig")?.reader("dns") else { return dns }
        for (key, resultKey) in [("servers", "nameservers"), ("searches", "search"), ("options", "options")] {
            let values = try given.strings(key)
            if !values.isEmpty { dns[resultKey] = JSONValue(values) }
        }
        return dns
    }
}
