import JSONTree
import NetworkTypes

extension AttachmentResult {
    /// Reads a result in the form of a version.
    ///
    /// - Throws: code 6 for a value of the wrong kind, 7 for one that makes no sense; the message names the key.
    init(_ reader: KeyReader, version: SpecVersion) throws(CNIError) {
        self.init()
        var known: Set<String> = ["cniVersion", "dns"]
        dns = try reader.reader("dns")?.object ?? JSONObject()
        if version < .v0_3_0 {
            known.formUnion(["ip4", "ip6"])
            for key in ["ip4", "ip6"] {
                guard let address = try reader.reader(key) else { continue }
                try readOldAddress(address)
            }
        } else {
            known.formUnion(["interfaces", "ips", "routes"])
            for entry in try reader.readers("interfaces") { interfaces.append(try Self.interface(entry)) }
            for entry in try reader.readers("ips") { addresses.append(try address(entry)) }
            for entry in try reader.readers("routes") { routes.append(try RouteConfiguration(entry)) }
        }
        others = reader.object
        others.removeAll { known.contains($0.key) }
    }

    /// `ip4` and `ip6` of versions 0.1.0 and 0.2.0.
    private mutating func readOldAddress(_ reader: KeyReader) throws(CNIError) {
        guard let prefix = try reader.prefix("ip") else { throw reader.invalid("ip", "an address is missing") }
        addresses.append(Address(prefix: prefix, gateway: try reader.address("gateway")))
        for entry in try reader.readers("routes") { routes.append(try RouteConfiguration(entry)) }
    }

    private static func interface(_ reader: KeyReader) throws(CNIError) -> Interface {
        var interface = Interface(name: try reader.string("name") ?? "", sandbox: try reader.string("sandbox") ?? "")
        if let text = try reader.string("mac") {
            guard let mac = MACAddress(text) else { throw reader.invalid("mac", "\"\(text)\" is not a MAC address") }
            interface.mac = mac
        }
        interface.mtu = try reader.integer("mtu")
        interface.others = reader.object
        interface.others.removeAll { ["name", "mac", "mtu", "sandbox"].contains($0.key) }
        return interface
    }

    private func address(_ reader: KeyReader) throws(CNIError) -> Address {
        guard let prefix = try reader.prefix("address") else {
            throw reader.invalid("address", "an address with prefix length is missing")
        }
        var address = Address(prefix: prefix, gateway: try reader.address("gateway"))
        if let index = try reader.integer("interface") {
            guard interfaces.indices.contains(index) else {
                throw reader.invalid("interface", "\(index) is no index of the \(interfaces.count) interfaces")
            }
            address.interface = index
        }
        address.others = reader.object
        address.others.removeAll { ["address", "gateway", "interface", "version"].contains($0.key) }
        return address
    }
}
