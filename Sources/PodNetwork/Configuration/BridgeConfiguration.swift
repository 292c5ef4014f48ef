public import JSONTree
public import NetworkTypes

/// The configuration of a bridge network, with the reference bridge plugin's keys.
public struct BridgeConfiguration: Hashable, Sendable {
    /// The reference's bridge when nothing is said.
    static let defaultBridge = "cni0"

    /// `bridge`: the bridge's name.
    public var bridge = BridgeConfiguration.defaultBridge
    /// `isGateway` (implied by `isDefaultGateway`): the bridge gets the gateway's address, and the host forwards.
    public var isGateway = false
    /// `isDefaultGateway`: the container's default routes go through the bridge.
    public var isDefaultGateway = false
    /// `forceAddress`: another address on the bridge is replaced instead of refused.
    public var forceAddress = false
    /// `ipMasq`: what leaves the network gets the host's address.
    public var masquerades = false
    /// `mtu`: of bridge and interfaces, in bytes; nil for the kernel's default.
    public var mtu: Int?
    /// `hairpinMode`: a container may reach itself through a Service.
    public var hairpin = false
    /// `promiscMode`: the bridge takes in all frames.
    public var promiscuous = false
    /// The container's link address, where the configuration or the runtime gives one.
    public var mac: MACAddress?
    /// `dns` of the configuration, or of the runtime where it gives one.
    public var dns = JSONObject()
    /// `ipam`: nil for a network of bridge ports without addresses.
    public var ipam: HostLocalConfiguration?

    /// Reads a bridge network's keys.
    ///
    /// - Parameters:
    ///   - network: the decoded configuration.
    ///   - arguments: CNI_ARGS, whose MAC and IP count when nothing newer gives them.
    /// - Throws: code 2 for a key that changes what the interface does and isn't supported (never ignored silently),
    ///   6 for a value of the wrong kind, 7 for one that makes no sense.
    init(_ network: NetworkConfiguration, arguments: CNIArguments) throws(CNIError) {
        let reader = network.reader
        try BridgeConfiguration.refuseUnsupported(reader, type: network.type)
        bridge = try reader.string("bridge") ?? bridge
        if let fault = NameRules.faultOfInterface(bridge) { throw reader.invalid("bridge", "\"\(bridge)\": \(fault)") }
        isDefaultGateway = try reader.bool("isDefaultGateway")
        let isPlainGateway = try reader.bool("isGateway")
        isGateway = isPlainGateway || isDefaultGateway
        forceAddress = try reader.bool("forceAddress")
        masquerades = try reader.bool("ipMasq")
        hairpin = try reader.bool("hairpinMode")
        promiscuous = try reader.bool("promiscMode")
        if hairpin && promiscuous {
            throw reader.invalid("promiscMode", "hairpinMode and promiscMode can't both be true")
        }
        mtu = try BridgeConfiguration.mtu(reader)
        mac = try BridgeConfiguration.macAddress(reader, arguments: arguments)
        dns = try BridgeConfiguration.dns(reader)
        ipam = try HostLocalConfiguration(network, arguments: arguments)
        // The kernel takes IPv6 away from a link with less (RFC 8200, 5), and says EINVAL to its addresses.
        if let mtu, mtu < 1280, ipam?.pools.contains(where: { $0.family == .ipv6 }) == true {
            throw reader.invalid("mtu", "\(mtu) is too small for IPv6, which needs 1280")
        }
    }

    private static func mtu(_ reader: KeyReader) throws(CNIError) -> Int? {
        guard let mtu = try reader.integer("mtu"), mtu != 0 else { return nil }
        // 68 is the least that IPv4 works with (RFC 791), 65535 the most that a veth takes.
        guard (68...65535).contains(mtu) else { throw reader.invalid("mtu", "\(mtu) is not within 68 to 65535") }
        return mtu
    }

    /// CNI_ARGS' MAC < args.cni.mac < runtimeConfig.mac.
    private static func macAddress(
        _ reader: KeyReader,
        arguments: CNIArguments
    ) throws(CNIError) -> MACAddress? {
        if let mac = try reader.reader("runtimeConfig")?.macAddress("mac") { return mac }
        if let mac = try reader.reader("args")?.reader("cni")?.macAddress("mac") { return mac }
        guard let text = arguments["MAC"] else { return nil }
        return try KeyReader.macAddress(text) { CNIError(.invalidEnvironment, "invalid MAC in CNI_ARGS", details: $0) }
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
