import ClusterModel
import JSONTree
public import NetworkTypes

/// Gives out cluster addresses and node ports to Services.
///
/// A value: an allocation is tried on a copy, and the copy is kept only when the Service is written. The state is
/// rebuilt from the Services at the start, so it can't differ from them.
public struct ServiceAllocator: Sendable {
    /// The node ports, as in Kubernetes.
    public static let nodePorts = 30000...32767

    private struct AddressPool {
        let range: IPPrefix
        var numbers: NumberPool

        init(_ range: IPPrefix) {
            self.range = range
            // Without the network's own address, and for IPv4 the broadcast address.
            let last = range.family == .ipv4 ? range.count - 1 : range.count
            let reserved = min(max(16, range.count / 16), 256)
            numbers = NumberPool(count: range.count, usable: 1..<max(last, 1), reserved: reserved)
        }
    }

    private var pools: [AddressPool]
    private var ports: NumberPool
    private var random = SystemRandomNumberGenerator()

    /// Makes an allocator in which nothing is given out.
    /// - Parameter ranges: one per address family, the cluster's first family first; of 2^20 addresses at most.
    public init(ranges: [IPPrefix]) {
        pools = ranges.map(AddressPool.init)
        let count = Self.nodePorts.count
        ports = NumberPool(count: count, usable: 0..<count, reserved: min(max(16, count / 32), 128))
    }

    /// Takes what a stored Service has; what another one has already, or lies outside, is left as it is.
    mutating func adopt(_ service: JSONValue) {
        for address in ServiceClaims(of: service).addresses {
            if let place = place(of: address) { _ = pools[place.pool].numbers.take(place.number) }
        }
        for port in ServiceClaims(of: service).nodePorts { _ = ports.take(port - Self.nodePorts.lowerBound) }
    }

    /// Gives back what a Service had.
    mutating func release(_ service: JSONValue) { release(ServiceClaims(of: service)) }

    private mutating func release(_ claims: ServiceClaims) {
        for address in claims.addresses {
            if let place = place(of: address) { pools[place.pool].numbers.release(place.number) }
        }
        for port in claims.nodePorts { ports.release(port - Self.nodePorts.lowerBound) }
    }

    /// Gives a new or changed Service what it lacks, and takes back what it no longer has.
    /// - Parameters:
    ///   - service: the Service, defaulted and valid; addresses and ports are filled in.
    ///   - old: the stored one, for a change.
    /// - Throws: the fields that can't be satisfied; the allocator is in no defined state then.
    mutating func allocate(_ service: inout JSONValue, replacing old: JSONValue?) throws(AllocationError) {
        let held = old.map { ServiceClaims(of: $0) } ?? ServiceClaims()
        var spec = service["spec"] ?? [:]
        let wanted = ServiceClaims(of: service)
        var errors: [FieldError] = []
        for address in wanted.addresses.subtracting(held.addresses).sorted() { claim(address, spec, &errors) }
        claimPorts(spec, beyond: held.nodePorts, &errors)
        guard errors.isEmpty else { throw AllocationError(errors: errors) }
        try fillAddresses(&spec)
        try fillPorts(&spec)
        service["spec"] = spec
        var released = held
        let kept = ServiceClaims(of: service)
        released.addresses.subtract(kept.addresses)
        released.nodePorts.subtract(kept.nodePorts)
        release(released)
    }

    private func place(of address: IPAddress) -> (pool: Int, number: Int)? {
        for (index, pool) in pools.enumerated() {
            if let number = pool.range.offset(of: address) { return (index, number) }
        }
        return nil
    }

    private mutating func claim(_ address: IPAddress, _ spec: JSONValue, _ errors: inout [FieldError]) {
        let value = JSONValue(ServiceClaims.clusterIPs(spec))
        guard let place = place(of: address), pools[place.pool].numbers.isUsable(place.number) else {
            errors.append(
                .invalid(
                    "spec.clusterIPs",
                    value,
                    "failed to allocate IP \(address): the provided network does not match the current range"
                )
            )
            return
        }
        if !pools[place.pool].numbers.take(place.number) {
            errors.append(
                .invalid("spec.clusterIPs", value, "failed to allocate IP \(address): provided IP is already allocated")
            )
        }
    }

    private mutating func claimPorts(_ spec: JSONValue, beyond held: Set<Int>, _ errors: inout [FieldError]) {
        var seen = held
        for (index, port) in (spec["ports"]?.arrayValue ?? []).enumerated() {
            guard let number = port["nodePort"]?.intValue, number > 0, ServiceClaims.type(spec) != "ClusterIP" else {
                continue
            }
            claimPort(number, "spec.ports[\(index)].nodePort", &seen, &errors)
        }
        if let number = spec["healthCheckNodePort"]?.intValue, number > 0 {
            claimPort(number, "spec.healthCheckNodePort", &seen, &errors)
        }
    }

    /// Takes a port once for a Service: TCP and UDP may share one.
    private mutating func claimPort(
        _ number: Int,
        _ field: String,
        _ seen: inout Set<Int>,
        _ errors: inout [FieldError]
    ) {
        guard seen.insert(number).inserted else { return }
        guard Self.nodePorts.contains(number) else {
            let range = "\(Self.nodePorts.lowerBound)-\(Self.nodePorts.upperBound)"
            errors.append(
                .invalid(
                    field,
                    JSONValue(number),
                    "provided port is not in the valid range. The range of valid ports is \(range)"
                )
            )
            return
        }
        if !ports.take(number - Self.nodePorts.lowerBound) {
            errors.append(.invalid(field, JSONValue(number), "provided port is already allocated"))
        }
    }
}

/// Why a Service or a Node can't have what it needs.
struct AllocationError: Error {
    let errors: [FieldError]
}

extension ServiceAllocator {
    private mutating func fillAddresses(_ spec: inout JSONValue) throws(AllocationError) {
        guard !ServiceClaims.isExternalName(spec), !ServiceClaims.isHeadless(spec) else { return }
        var addresses = ServiceClaims.clusterIPs(spec)
        let families = (spec["ipFamilies"]?.arrayValue ?? []).compactMap {
            $0.stringValue.flatMap { IPFamily(kubernetesName: $0) }
        }
        for family in families.dropFirst(addresses.count) {
            guard let index = pools.firstIndex(where: { $0.range.family == family }) else { continue }
            guard let number = pools[index].numbers.takeAny(random: Int.random(in: 0...Int.max, using: &random)),
                let address = pools[index].range.host(at: number)
            else {
                let detail = "failed to allocate IP: range \(pools[index].range) is full"
                throw AllocationError(errors: [.invalid("spec.clusterIPs", JSONValue(addresses), detail)])
            }
            addresses.append(address.description)
        }
        guard let first = addresses.first else { return }
        spec["clusterIP"] = .string(first)
        spec["clusterIPs"] = JSONValue(addresses)
    }

    private mutating func fillPorts(_ spec: inout JSONValue) throws(AllocationError) {
        if ServiceClaims.wantsNodePorts(spec), case .array(var list)? = spec["ports"] {
            // The same port with another protocol gets the same node port.
            var given: [Int: Int] = [:]
            for port in list {
                if let number = port["port"]?.intValue, let node = port["nodePort"]?.intValue, node > 0 {
                    given[number] = node
                }
            }
            for index in list.indices where (list[index]["nodePort"]?.intValue ?? 0) == 0 {
                let number = list[index]["port"]?.intValue ?? 0
                let node: Int
                if let same = given[number], !Self.uses(list, node: same, protocolOf: list[index]) {
                    node = same
                } else {
                    node = try takePort("spec.ports[\(index)].nodePort")
                }
                given[number] = node
                list[index]["nodePort"] = JSONValue(node)
            }
            spec["ports"] = .array(list)
        }
        if ServiceClaims.wantsHealthCheckPort(spec), (spec["healthCheckNodePort"]?.intValue ?? 0) == 0 {
            spec["healthCheckNodePort"] = JSONValue(try takePort("spec.healthCheckNodePort"))
        }
    }

    private static func uses(_ ports: [JSONValue], node: Int, protocolOf port: JSONValue) -> Bool {
        ports.contains { $0["nodePort"]?.intValue == node && $0["protocol"] == port["protocol"] }
    }

    private mutating func takePort(_ field: String) throws(AllocationError) -> Int {
        guard let number = ports.takeAny(random: Int.random(in: 0...Int.max, using: &random)) else {
            throw AllocationError(
                errors: [.invalid(field, 0, "failed to allocate a nodePort: all node ports are in use")])
        }
        return number + Self.nodePorts.lowerBound
    }
}
