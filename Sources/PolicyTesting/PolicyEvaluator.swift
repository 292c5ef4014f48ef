import ClusterModel
import JSONTree
import NetworkTypes

/// Says what policies allow, one connection at a time, straight from the objects' JSON and the API's text.
///
/// It is the plan's judge, so it shares nothing with it: no selectors, no prefixes, no sets, no memory.
public struct PolicyEvaluator {
    private let world: PolicyWorld
    private let pods: [IPAddress: JSONValue]

    /// Judges by a state of the world.
    public init(_ world: PolicyWorld) {
        self.world = world
        var claims: [IPAddress: [JSONValue]] = [:]
        for key in world.podKeys {
            for address in world.addresses(of: key) {
                claims[address, default: []] += world.pods[key].map { [$0] } ?? []
            }
        }
        pods = claims.compactMapValues(Self.owner)
    }

    /// Whether a connection may be made.
    public func allows(_ probe: PolicyProbe) -> Bool {
        if probe.source == probe.destination { return true }
        let (from, to) = (pods[probe.source], pods[probe.destination])
        return permits("Egress", of: from, other: probe.destination, otherPod: to, servedBy: to, probe)
            && permits("Ingress", of: to, other: probe.source, otherPod: from, servedBy: to, probe)
    }

    /// The pod that an address stands for: none that is finished or on its node's network.
    private static func owner(_ claimants: [JSONValue]) -> JSONValue? {
        let own = claimants.filter { pod in
            let phase = pod[path: "status", "phase"]?.stringValue
            return phase != "Succeeded" && phase != "Failed" && pod[path: "spec", "hostNetwork"]?.boolValue != true
        }
        let staying = own.filter { $0[path: "metadata", "deletionTimestamp"] == nil }
        func age(_ pod: JSONValue) -> String { pod[path: "metadata", "creationTimestamp"]?.stringValue ?? "" }
        return (staying.isEmpty ? own : staying).max { age($0) < age($1) }
    }

    private func permits(
        _ direction: String,
        of subject: JSONValue?,
        other: IPAddress,
        otherPod: JSONValue?,
        servedBy server: JSONValue?,
        _ probe: PolicyProbe
    ) -> Bool {
        guard let subject, subject[path: "spec", "nodeName"]?.stringValue == PolicyWorld.nodeName else { return true }
        let isolating = world.policies.values.filter { policy in
            namespace(policy) == namespace(subject) && isolates(policy, direction)
                && (isBad(policy, "selector") || selects(policy[path: "spec", "podSelector"], labels(subject)))
        }
        if isolating.isEmpty { return true }
        let (list, peers) = direction == "Ingress" ? ("ingress", "from") : ("egress", "to")
        return isolating.contains { policy in
            !isBad(policy)
                && (policy[path: "spec", list]?.arrayValue ?? []).contains { rule in
                    permits(rule["ports"]?.arrayValue ?? [], server, probe)
                        && permits(rule[peers]?.arrayValue ?? [], policy, other, otherPod, rule, probe)
                }
        }
    }

    /// Whether a policy can't be enforced as it is written, which its name says.
    private func isBad(_ policy: JSONValue, _ how: String = "") -> Bool {
        let name = policy[path: "metadata", "name"]?.stringValue ?? ""
        return how.isEmpty ? name.hasPrefix("bad") : name == "bad-\(how)"
    }

    private func isolates(_ policy: JSONValue, _ direction: String) -> Bool {
        if isBad(policy, "types") { return true }
        let types = policy[path: "spec", "policyTypes"]?.arrayValue ?? []
        if !types.isEmpty { return types.contains(.string(direction)) }
        if direction == "Ingress" { return true }
        return (policy[path: "spec", "egress"]?.arrayValue ?? []).isEmpty == false
    }

    // MARK: Ports

    private func permits(_ ports: [JSONValue], _ server: JSONValue?, _ probe: PolicyProbe) -> Bool {
        ports.isEmpty || ports.contains { permits($0, server, probe) }
    }

    private func permits(_ port: JSONValue, _ server: JSONValue?, _ probe: PolicyProbe) -> Bool {
        let transport = port["protocol"]?.stringValue ?? "TCP"
        guard transport == probe.transport.kubernetesName else { return false }
        let number = Int(probe.port.rawValue)
        guard let wanted = port["port"], !wanted.isNull else { return true }
        if let first = wanted.intValue { return first <= number && number <= port["endPort"]?.intValue ?? first }
        return containerPorts(server).contains { container in
            container["name"] == wanted && container["protocol"]?.stringValue ?? "TCP" == transport
                && container["containerPort"]?.intValue == number
        }
    }

    private func containerPorts(_ pod: JSONValue?) -> [JSONValue] {
        let containers = pod?[path: "spec", "containers"]?.arrayValue ?? []
        let first = (pod?[path: "spec", "initContainers"]?.arrayValue ?? []).filter { $0["restartPolicy"] == "Always" }
        return (containers + first).flatMap { $0["ports"]?.arrayValue ?? [] }
    }

    // MARK: Peers

    private func permits(
        _ peers: [JSONValue],
        _ policy: JSONValue,
        _ other: IPAddress,
        _ otherPod: JSONValue?,
        _ rule: JSONValue,
        _ probe: PolicyProbe
    ) -> Bool {
        if peers.isEmpty { return true }
        return peers.contains { peer in
            if let block = peer["ipBlock"] {
                // A port by name can't be known of a mere address: only the numbers of the rule count for a block of
                // destinations.
                let numbers = (rule["ports"]?.arrayValue ?? []).filter { $0["port"]?.stringValue == nil }
                let isByName = rule["ports"]?.arrayValue?.isEmpty == false && peerIsDestination(rule)
                if isByName && !numbers.contains(where: { permits($0, nil, probe) }) { return false }
                return contains(block["cidr"], other)
                    && !(block["except"]?.arrayValue ?? []).contains { contains($0, other) }
            }
            guard let otherPod else { return false }
            let isThere =
                if let namespaces = peer["namespaceSelector"], !namespaces.isNull {
                    reaches(namespaces, namespace(otherPod))
                } else {
                    namespace(otherPod) == namespace(policy)
                }
            return isThere && (peer["podSelector"]?.isNull ?? true || selects(peer["podSelector"], labels(otherPod)))
        }
    }

    private func peerIsDestination(_ rule: JSONValue) -> Bool { rule["to"]?.arrayValue?.isEmpty == false }

    /// An empty selector reaches every namespace, also one that is not known; nothing else is known of such a one.
    private func reaches(_ selector: JSONValue, _ name: String) -> Bool {
        if (selector["matchLabels"]?.objectValue?.isEmpty ?? true)
            && (selector["matchExpressions"]?.arrayValue?.isEmpty ?? true)
        {
            return true
        }
        return world.namespaces[name].map { selects(selector, labels($0)) } ?? false
    }

    // MARK: Objects

    private func namespace(_ object: JSONValue) -> String { object[path: "metadata", "namespace"]?.stringValue ?? "" }

    private func labels(_ object: JSONValue) -> JSONValue { object[path: "metadata", "labels"] ?? [:] }

    private func selects(_ selector: JSONValue?, _ labels: JSONValue) -> Bool {
        for (key, value) in selector?["matchLabels"]?.objectValue ?? [:] where labels[key] != value { return false }
        for expression in selector?["matchExpressions"]?.arrayValue ?? [] {
            let value = labels[expression["key"]?.stringValue ?? ""]
            let isListed = value.map { expression["values"]?.arrayValue?.contains($0) ?? false } ?? false
            let holds =
                switch expression["operator"]?.stringValue {
                case "In": isListed
                case "NotIn": !isListed
                case "Exists": value != nil
                case "DoesNotExist": value == nil
                default: false
                }
            if !holds { return false }
        }
        return true
    }

    /// Compares bit by bit.
    private func contains(_ cidr: JSONValue?, _ address: IPAddress) -> Bool {
        let parts = (cidr?.stringValue ?? "").split(separator: "/")
        guard parts.count == 2, let base = IPAddress(parts[0]), let length = Int(parts[1]),
            base.family == address.family
        else { return false }
        return (0..<length).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return base.bytes[bit / 8] & mask == address.bytes[bit / 8] & mask
        }
    }
}
