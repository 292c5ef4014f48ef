import JSONTree

/// What a change of a Service takes over, and what it drops: clients that know fewer fields, or send back less than
/// they got, must not lose addresses and ports, and a change of type must not fail for what the server itself had set.
enum ServiceTransition {
    private static func wantsAddress(_ spec: ServiceSpec) -> Bool { spec.type != .externalName }
    private static func nodePorts(_ spec: ServiceSpec) -> Set<Int> { Set(spec.ports.compactMap(\.nodePort)) }

    /// Takes over addresses and ports that the change leaves out and still needs.
    static func keepAllocated(_ old: ServiceSpec, _ new: inout ServiceSpec) {
        if wantsAddress(old), wantsAddress(new) {
            if new.clusterIP == nil, new.clusterIPs.isEmpty || new.clusterIPs == old.clusterIPs {
                new.clusterIP = old.clusterIP
            }
            if new.clusterIPs.isEmpty, new.clusterIP == old.clusterIP { new.clusterIPs = old.clusterIPs }
        }
        if old.wantsNodePorts, new.wantsNodePorts { keepNodePorts(old, &new) }
        if old.wantsHealthCheckNodePort, new.wantsHealthCheckNodePort, new.healthCheckNodePort == nil {
            new.healthCheckNodePort = old.healthCheckNodePort
        }
    }

    /// Takes over node ports by the name of their ports, unless another port has taken them.
    private static func keepNodePorts(_ old: ServiceSpec, _ new: inout ServiceSpec) {
        let used = nodePorts(old).intersection(nodePorts(new))
        var known: [String: Int] = [:]
        for port in old.ports { known[port.name] = port.nodePort }
        new.ports = new.ports.map { port in
            guard port.nodePort == nil, let number = known[port.name], !used.contains(number) else { return port }
            var port = port
            port.nodePort = number
            return port
        }
    }

    /// Makes `clusterIPs` follow `clusterIP` for clients that know only the latter.
    static func alignAddresses(_ old: ServiceSpec, _ new: inout ServiceSpec) {
        guard new.clusterIPs == old.clusterIPs || new.clusterIPs.isEmpty, new.clusterIP != old.clusterIP else { return }
        new.clusterIPs = [new.clusterIP].compactMap(\.self)
    }

    /// Drops what only the old type needed, if the change did not touch it.
    static func dropUnused(_ old: ServiceSpec, _ new: inout ServiceSpec) {
        func drop(_ key: String) {
            if new.json[key] == old.json[key] { new.json[key] = nil }
        }
        if wantsAddress(old), !wantsAddress(new) {
            for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] { drop(key) }
            // A client that sends a default back did not ask for it.
            drop("internalTrafficPolicy")
        }
        if old.wantsNodePorts, !new.wantsNodePorts, nodePorts(old) == nodePorts(new) {
            new.ports = new.ports.map { port in
                var port = port
                port.nodePort = nil
                return port
            }
        }
        if old.wantsHealthCheckNodePort, !new.wantsHealthCheckNodePort { drop("healthCheckNodePort") }
        if old.type == .loadBalancer, new.type != .loadBalancer {
            drop("allocateLoadBalancerNodePorts")
            drop("loadBalancerClass")
        }
        if old.isExternallyAccessible, !new.isExternallyAccessible { drop("externalTrafficPolicy") }
    }

    /// Drops the second address and family when a change asks for one family only.
    static func dropSecondFamily(_ old: ServiceSpec, _ new: inout ServiceSpec) {
        guard new.ipFamilyPolicy == .singleStack, let before = old.ipFamilyPolicy, before != .singleStack else {
            return
        }
        if new.clusterIPs.count == 2, new.clusterIPs == old.clusterIPs { new.clusterIPs.removeLast() }
        if new.ipFamilies.count == 2, new.ipFamilies == old.ipFamilies { new.ipFamilies.removeLast() }
    }
}
