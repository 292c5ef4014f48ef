import JSONTree
public import NetworkTypes

/// The `ipam` section of type host-local, with the reference's keys.
public struct HostLocalConfiguration: Hashable, Sendable {
    /// `ranges`: one address comes from each.
    public let pools: [AddressPool]
    /// `routes`.
    public let routes: [RouteConfiguration]
    /// `dataDir`: where reservations are kept, in a directory named after the network.
    public let dataDirectory: String
    /// `resolvConf`: the file whose name servers the result names.
    public let resolvConf: String?
    /// The addresses that the runtime asks for, in its order, each once.
    public let requested: [IPAddress]

    /// `networks`: what the containers of all nodes have addresses from; what stays within is never masqueraded.
    ///
    /// Not the reference's: it comes from the node's subnet file.
    public let networks: [IPPrefix]
    /// `links`: those over which the other nodes' containers are reached.
    ///
    /// Not the reference's either.
    public let links: [String]

    /// Where the reference keeps reservations when nothing is said.
    static let defaultDataDirectory = "/var/lib/cni/networks"

    /// Reads the section.
    ///
    /// - Parameters:
    ///   - network: the decoded configuration.
    ///   - ipam: the section.
    ///   - arguments: CNI_ARGS, whose IP is requested too.
    /// - Throws: code 6 and 7 for malformed keys.
    init(_ network: NetworkConfiguration, _ ipam: KeyReader, arguments: CNIArguments) throws(CNIError) {
        pools = try HostLocalConfiguration.pools(ipam, runtime: try network.reader.reader("runtimeConfig"))
        try HostLocalConfiguration.validate(pools, ipam, version: network.version)
        var routes: [RouteConfiguration] = []
        for reader in try ipam.readers("routes") { routes.append(try RouteConfiguration(reader)) }
        self.routes = routes
        dataDirectory = try ipam.string("dataDir") ?? HostLocalConfiguration.defaultDataDirectory
        resolvConf = try ipam.string("resolvConf")
        var networks: [IPPrefix] = []
        for text in try ipam.strings("networks") {
            guard let prefix = IPPrefix(text) else { throw ipam.invalid("networks", "\"\(text)\" is no subnet") }
            networks.append(prefix.masked)
        }
        self.networks = networks
        links = try ipam.strings("links")
        requested = try HostLocalConfiguration.requested(network.reader, arguments: arguments)
    }

    /// Where a network's reservations are, for commands that need nothing else of the section.
    ///
    /// - Returns: nil when the network has no host-local IPAM.
    static func dataDirectory(of network: NetworkConfiguration) throws(CNIError) -> String? {
        guard let ipam = try network.reader.reader("ipam"), let type = try ipam.string("type"),
            type == "host-local" || type == "weft"
        else { return nil }
        return try ipam.string("dataDir") ?? defaultDataDirectory
    }

    /// The runtime's ranges, then the old inline one, then `ranges`.
    private static func pools(_ ipam: KeyReader, runtime: KeyReader?) throws(CNIError) -> [AddressPool] {
        var pools: [AddressPool] = []
        if let runtime { pools += try readPools(runtime, key: "ipRanges") }
        if try ipam.string("subnet") != nil {
            let range = try readRange(ipam)
            pools.append(try pool([range], ipam, key: "subnet"))
        }
        pools += try readPools(ipam, key: "ranges")
        guard !pools.isEmpty else {
            throw ipam.invalid("ranges", "no IP ranges specified; an example: [[{\"subnet\": \"10.1.0.0/16\"}]]")
        }
        return pools
    }

    private static func readPools(_ reader: KeyReader, key: String) throws(CNIError) -> [AddressPool] {
        var pools: [AddressPool] = []
        for (index, set) in try reader.array(key).enumerated() {
            // A reader of one element, so that messages say ranges[0][1].subnet.
            let element = KeyReader(["\(key)[\(index)]": set], path: reader.path)
            var ranges: [AddressRange] = []
            for range in try element.readers("\(key)[\(index)]") { ranges.append(try readRange(range)) }
            pools.append(try pool(ranges, reader, key: "\(key)[\(index)]"))
        }
        return pools
    }

    private static func pool(
        _ ranges: [AddressRange],
        _ reader: KeyReader,
        key: String
    ) throws(CNIError) -> AddressPool {
        do {
            return try AddressPool(ranges)
        } catch {
            throw reader.invalid(key, error.text)
        }
    }

    private static func readRange(_ reader: KeyReader) throws(CNIError) -> AddressRange {
        guard let subnet = try reader.prefix("subnet") else {
            throw reader.invalid("subnet", "a range needs a subnet, such as 10.1.0.0/16")
        }
        let first = try reader.address("rangeStart")
        let last = try reader.address("rangeEnd")
        let gateway = try reader.address("gateway")
        do {
            return try AddressRange(subnet: subnet, first: first, last: last, gateway: gateway)
        } catch {
            throw reader.invalid(error.key, error.text)
        }
    }

    private static func validate(
        _ pools: [AddressPool],
        _ ipam: KeyReader,
        version: SpecVersion
    ) throws(CNIError) {
        for (index, pool) in pools.enumerated() {
            for earlier in pools[..<index] {
                guard let pair = overlap(pool, earlier) else { continue }
                throw ipam.invalid("ranges", "the range sets \(pair.0) and \(pair.1) overlap")
            }
        }
        guard version < .v0_3_0 else { return }
        for family in IPFamily.allCases where pools.filter({ $0.family == family }).count > 1 {
            throw ipam.invalid(
                "ranges",
                "CNI version \(version.rawValue) has room for one \(family) address; cniVersion 1.0.0 has for more"
            )
        }
    }

    private static func overlap(_ left: AddressPool, _ right: AddressPool) -> (AddressRange, AddressRange)? {
        for range in left.ranges {
            if let other = right.ranges.first(where: { $0.overlaps(range) }) { return (other, range) }
        }
        return nil
    }

    /// CNI_ARGS' IP, args.cni.ips and runtimeConfig.ips together.
    ///
    /// An element may have a prefix length, which is ignored:
    /// the range's counts.
    private static func requested(_ reader: KeyReader, arguments: CNIArguments) throws(CNIError) -> [IPAddress] {
        var requested: [IPAddress] = []
        func add(_ text: some StringProtocol, _ failure: CNIError) throws(CNIError) {
            guard let address = IPAddress(text) ?? IPPrefix(text)?.address else { throw failure }
            if !requested.contains(address) { requested.append(address) }
        }
        for text in arguments["IP"]?.split(separator: ",") ?? [] {
            try add(
                text,
                CNIError(.invalidEnvironment, "invalid IP in CNI_ARGS", details: "\"\(text)\" is not an IP address")
            )
        }
        for holder in [try reader.reader("args")?.reader("cni"), try reader.reader("runtimeConfig")] {
            guard let holder else { continue }
            for text in try holder.strings("ips") {
                try add(text, holder.invalid("ips", "\"\(text)\" is not an IP address"))
            }
        }
        return requested
    }
}
