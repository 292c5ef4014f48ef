import ClusterModel
import NetworkTypes

/// An EndpointSlice read for the plan: what is good of it, and what is not.
struct SliceReading {
    let key: ObjectKey
    /// nil: the slice is of no Service that has rules.
    private(set) var definition: SliceDefinition?
    private(set) var problems: [PlanProblem] = []

    init(_ slice: EndpointSlice, nodeName: String) {
        key = slice.key
        guard let service = slice.serviceKey, !slice.labels.contains(key: EndpointSlice.headlessLabel) else { return }
        guard let type = slice.addressType else {
            note("addressType", "must be IPv4, IPv6 or FQDN")
            return
        }
        guard let family = type.family else { return }
        var found = SliceDefinition(service: service, family: family)
        found.ports = ports(slice)
        let shares = weights(slice)
        found.endpoints.reserveCapacity(slice.endpointCount)
        for (index, endpoint) in slice.endpoints.enumerated() {
            guard let text = endpoint.addresses.first, let address = IPAddress(sloppy: text), address.family == family,
                !address.isUnspecified
            else {
                note(
                    "endpoints[\(index)].addresses[0]",
                    "must be an \(family) address, is \"\(endpoint.addresses.first ?? "")\""
                )
                continue
            }
            guard !address.isLoopback, !address.isLinkLocal, !address.isMulticast else {
                note("endpoints[\(index)].addresses[0]", "must not be loopback, link-local or multicast, is \(address)")
                continue
            }
            found.endpoints.append(
                SliceEndpoint(
                    address: address,
                    isLocal: endpoint.nodeName == nodeName,
                    conditions: Self.conditions(endpoint),
                    hints: TopologyHints(nodes: endpoint.nodeHints, zones: endpoint.zoneHints),
                    weight: shares[address] ?? 1
                )
            )
        }
        definition = found
    }

    private mutating func note(_ field: String, _ reason: String) {
        // A slice of a thousand bad addresses is one bad slice, not a thousand log lines.
        guard problems.count < 10 else { return }
        problems.append(PlanProblem(kind: .endpointSlice, object: key, field: field, reason: reason))
    }

    /// The shares that an annotation gives addresses of the slice.
    private mutating func weights(_ slice: EndpointSlice) -> [IPAddress: Int] {
        guard let text = slice.annotations[ServiceAnnotations.weights] else { return [:] }
        var weights: [IPAddress: Int] = [:]
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let address = IPAddress(sloppy: sides[0]), let weight = Int(sides[1]),
                (0...ServiceAnnotations.greatestWeight).contains(weight)
            else {
                note(
                    "metadata.annotations[\(ServiceAnnotations.weights)]",
                    "must be ADDRESS=WEIGHT, 0 to \(ServiceAnnotations.greatestWeight), is \"\(part)\"; 1 holds"
                )
                continue
            }
            weights[address] = weight
        }
        return weights
    }

    /// A port without a number is none that a proxy could lead to.
    private mutating func ports(_ slice: EndpointSlice) -> [SlicePort] {
        slice.ports.enumerated().compactMap { index, port in
            guard let number = port.port, number != 0 else { return nil }
            guard let transport = port.transport else {
                note("ports[\(index)].protocol", "must be TCP, UDP or SCTP")
                return nil
            }
            guard let valid = Port(number) else {
                note("ports[\(index)].port", "must be 1 to 65535, is \(number)")
                return nil
            }
            return SlicePort(name: port.name, transport: transport, port: valid)
        }
    }

    private static func conditions(_ endpoint: Endpoint) -> EndpointConditions {
        var conditions: EndpointConditions = []
        if endpoint.isReady { conditions.insert(.ready) }
        if endpoint.isServing { conditions.insert(.serving) }
        if endpoint.isTerminating { conditions.insert(.terminating) }
        return conditions
    }
}
