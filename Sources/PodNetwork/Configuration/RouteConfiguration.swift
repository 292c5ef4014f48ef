public import JSONTree
public import NetworkTypes

/// A route of `ipam.routes`, and of a result: what the container reaches through the interface.
public struct RouteConfiguration: Hashable, Sendable {
    /// `dst`: where to, without host bits.
    public var destination: IPPrefix
    /// `gw`: the next hop; nil for the gateway of the addresses' range.
    public var gateway: IPAddress?
    /// `priority`: the metric; nil for the kernel's default.
    public var priority: UInt32?
    /// `table`: the routing table; nil for main.
    public var table: UInt32?
    /// `scope`: 0 global, 253 link, 254 host; nil for global.
    public var scope: UInt8?
    /// `mtu`: of the path, in bytes; nil for the interface's.
    public var mtu: UInt32?
    /// `advmss`: the largest TCP segment that is offered, in bytes; nil for what follows from the MTU.
    public var advertisedMSS: UInt32?
    /// Members of the JSON object that have no meaning here; written back as they came.
    public var others = JSONObject()

    /// Makes a plain route.
    public init(destination: IPPrefix, gateway: IPAddress? = nil) {
        self.destination = destination
        self.gateway = gateway
    }

    /// Reads one route.
    ///
    /// - Throws: code 7 for what is no route.
    init(_ reader: KeyReader) throws(CNIError) {
        guard let destination = try reader.prefix("dst") else {
            throw reader.invalid("dst", "a route needs a destination, such as 0.0.0.0/0")
        }
        self.destination = destination.masked
        gateway = try reader.address("gw")
        if let gateway, gateway.family != destination.family {
            throw reader.invalid("gw", "\(gateway) is not of the same family as \(destination)")
        }
        priority = try RouteConfiguration.number("priority", reader)
        table = try RouteConfiguration.number("table", reader)
        scope = try RouteConfiguration.number("scope", reader)
        mtu = try RouteConfiguration.number("mtu", reader)
        // 0 is what the reference takes for none.
        advertisedMSS = try RouteConfiguration.number("advmss", reader).flatMap { $0 == 0 ? nil : $0 }
        let known: Set<String> = ["dst", "gw", "priority", "table", "scope", "mtu", "advmss"]
        others = reader.object
        others.removeAll { known.contains($0.key) }
    }

    private static func number<Value: FixedWidthInteger>(
        _ key: String,
        _ reader: KeyReader
    ) throws(CNIError) -> Value? {
        guard let number = try reader.integer(key) else { return nil }
        guard let value = Value(exactly: number) else {
            throw reader.invalid(key, "\(number) is not within 0 to \(Value.max)")
        }
        return value
    }

    /// The route as a result shows it.
    func json(_ version: SpecVersion) -> JSONValue {
        var object: JSONObject = ["dst": .string(destination.description)]
        if let gateway { object["gw"] = .string(gateway.description) }
        if version >= .v1_1_0 {
            if let priority { object["priority"] = JSONValue(priority) }
            if let table { object["table"] = JSONValue(table) }
            if let scope { object["scope"] = JSONValue(scope) }
            if let mtu { object["mtu"] = JSONValue(mtu) }
            if let advertisedMSS { object["advmss"] = JSONValue(advertisedMSS) }
            for (key, value) in others { object[key] = value }
        }
        return .object(object)
    }
}
