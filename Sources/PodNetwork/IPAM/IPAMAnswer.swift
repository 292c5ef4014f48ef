import JSONTree
import NetworkTypes

/// What IPAM gave an attachment.
struct IPAMAnswer: Hashable, Sendable {
    /// The addresses.
    var addresses: [AssignedAddress] = []
    /// The routes of the configuration, or of the plugin that was executed.
    var routes: [RouteConfiguration] = []
    /// Name servers.
    var dns = JSONObject()

    /// Nothing, as of a network without addresses.
    init() {}

    /// What a pool gave.
    init(_ addresses: [AssignedAddress], routes: [RouteConfiguration]) {
        self.addresses = addresses
        self.routes = routes
    }

    /// What another plugin answered.
    init(_ result: AttachmentResult) {
        addresses = result.addresses.map { AssignedAddress(prefix: $0.prefix, gateway: $0.gateway) }
        routes = result.routes
        dns = result.dns
    }

    /// The families of the addresses.
    var families: [IPFamily] {
        IPFamily.allCases.filter { family in addresses.contains { $0.prefix.family == family } }
    }

    /// The gateways' addresses with their subnets' length, each once.
    ///
    /// Where IPAM named none it is the first of the subnet, as with the reference.
    var gatewayPrefixes: [IPPrefix] {
        var gateways: [IPPrefix] = []
        for address in addresses {
            guard let gateway = address.gateway ?? address.prefix.masked.host(at: 1),
                let prefix = IPPrefix(address: gateway, length: address.prefix.length), !gateways.contains(prefix)
            else { continue }
            gateways.append(prefix)
        }
        return gateways
    }

    /// The routes, through the first gateway of their family where they name none.
    ///
    /// - Parameter addingDefaults: adds a default route for each family that has an address and no such route.
    /// - Returns: the configuration's, then the default routes.
    func routes(addingDefaults: Bool) -> [RouteConfiguration] {
        let gateways = gatewayPrefixes
        func gateway(_ family: IPFamily) -> IPAddress? { gateways.first { $0.family == family }?.address }
        var routes = routes.map { route in
            var route = route
            // 253 and up: link and host scope, which have no next hop.
            if route.gateway == nil, (route.scope ?? 0) < 253 {
                route.gateway = gateway(route.destination.family)
            }
            return route
        }
        guard addingDefaults else { return routes }
        for family in IPFamily.allCases {
            let isThere = routes.contains { $0.destination == .all(family) && $0.table == nil }
            if let gateway = gateway(family), !isThere {
                routes.append(RouteConfiguration(destination: .all(family), gateway: gateway))
            }
        }
        return routes
    }
}
