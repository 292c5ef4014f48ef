public import JSONTree
import NetworkTypes

extension AttachmentResult {
    /// The result as a runtime that asked in a version expects it.
    ///
    /// - Parameter version: the configuration's.
    /// - Returns: a JSON object.
    public func json(version: SpecVersion) -> JSONValue {
        var object: JSONObject = ["cniVersion": .string(version.rawValue)]
        if version < .v0_3_0 {
            for (key, family) in [("ip4", IPFamily.ipv4), ("ip6", .ipv6)] {
                object[key] = oldAddress(family, version)
            }
        } else {
            if !interfaces.isEmpty { object["interfaces"] = .array(interfaces.map { $0.json(version) }) }
            if !addresses.isEmpty { object["ips"] = .array(addresses.map { $0.json(version) }) }
            if !routes.isEmpty { object["routes"] = .array(routes.map { $0.json(version) }) }
        }
        object["dns"] = .object(dns)
        for (key, value) in others { object[key] = value }
        return .object(object)
    }

    /// Versions 0.1.0 and 0.2.0 have room for one address of a family, with the routes of that family.
    private func oldAddress(_ family: IPFamily, _ version: SpecVersion) -> JSONValue? {
        guard let address = addresses.first(where: { $0.prefix.family == family }) else { return nil }
        var object: JSONObject = ["ip": .string(address.prefix.description)]
        if let gateway = address.gateway { object["gateway"] = .string(gateway.description) }
        let routes = routes.filter { $0.destination.family == family }
        if !routes.isEmpty { object["routes"] = .array(routes.map { $0.json(version) }) }
        return .object(object)
    }
}

extension AttachmentResult.Interface {
    /// MTU and the members that came from elsewhere exist since 1.1.0; older ones keep name, mac and sandbox.
    fileprivate func json(_ version: SpecVersion) -> JSONValue {
        var object: JSONObject = ["name": .string(name)]
        if let mac { object["mac"] = .string(mac.description) }
        if version >= .v1_1_0, let mtu { object["mtu"] = JSONValue(mtu) }
        if !sandbox.isEmpty { object["sandbox"] = .string(sandbox) }
        if version >= .v1_0_0 { for (key, value) in others { object[key] = value } }
        return .object(object)
    }
}

extension AttachmentResult.Address {
    fileprivate func json(_ version: SpecVersion) -> JSONValue {
        var object = JSONObject()
        if version < .v1_0_0 { object["version"] = prefix.family == .ipv4 ? "4" : "6" }
        if let interface { object["interface"] = JSONValue(interface) }
        object["address"] = .string(prefix.description)
        if let gateway { object["gateway"] = .string(gateway.description) }
        for (key, value) in others { object[key] = value }
        return .object(object)
    }
}
