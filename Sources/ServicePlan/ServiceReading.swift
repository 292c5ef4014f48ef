import ClusterModel
import JSONTree
import NetworkTypes

/// A Service read for the plan: what is good of it, and what is not.
struct ServiceReading {
    let key: ObjectKey
    /// nil: the Service has no rules.
    private(set) var definition: ServiceDefinition?
    private(set) var problems: [PlanProblem] = []

    init(_ service: Service) {
        key = service.key
        let spec = service.spec
        let isOthers = service.labels.contains(key: EndpointSlice.proxyNameLabel)
        guard !isOthers, spec.type != .externalName, !spec.isHeadless, !spec.clusterIPs.isEmpty || spec.clusterIP != nil
        else { return }
        var found = ServiceDefinition(key: key)
        found.clusterIPs = addresses(
            spec.clusterIPs.isEmpty ? [spec.clusterIP ?? ""] : spec.clusterIPs,
            "spec.clusterIPs"
        )
        found.externalIPs = addresses(spec.externalIPs, "spec.externalIPs").filter { !refuseSpecial($0) }
        found.loadBalancerIPs = loadBalancerAddresses(service)
        noteUnknownWords(spec)
        found.sourceRanges = sourceRanges(spec)
        found.ports = ports(spec)
        found.internalLocal = spec.internalTrafficPolicy == .local
        found.externalLocal = spec.externalTrafficPolicy == .local
        found.affinitySeconds = affinity(spec)
        found.healthCheckNodePort = spec.wantsHealthCheckNodePort ? healthCheckNodePort(spec) : nil
        found.cleansConnections = isSet(ServiceAnnotations.cleansConnections, service)
        found.isPriority =
            isSet(ServiceAnnotations.isPriority, service) || ServiceAnnotations.isPriorityByNature(service)
        found.scheduler = scheduler(service)
        guard !found.clusterIPs.isEmpty, !found.ports.isEmpty else { return }
        definition = found
    }

    private mutating func note(_ field: String, _ reason: String) {
        problems.append(PlanProblem(kind: .service, object: key, field: field, reason: reason))
    }

    private mutating func isSet(_ annotation: String, _ service: Service) -> Bool {
        switch service.annotations[annotation] {
        case "true": return true
        case "false", nil: return false
        case let text?:
            note("metadata.annotations[\(annotation)]", "must be true or false, is \"\(text)\"")
            return false
        }
    }

    private mutating func scheduler(_ service: Service) -> String? {
        guard let name = service.annotations[ServiceAnnotations.scheduler] else { return nil }
        if ServiceAnnotations.schedulers.contains(name) { return name }
        let allowed = ServiceAnnotations.schedulers.joined(separator: ", ")
        note(
            "metadata.annotations[\(ServiceAnnotations.scheduler)]",
            "must be one of \(allowed), is \"\(name)\"; the node's holds"
        )
        return nil
    }

    private mutating func addresses(_ texts: [String], _ field: String) -> [IPAddress] {
        var found: [IPAddress] = []
        for (index, text) in texts.enumerated() {
            guard let address = IPAddress(sloppy: text), !address.isUnspecified else {
                note("\(field)[\(index)]", "must be an IP address, is \"\(text)\"")
                continue
            }
            if !found.contains(address) { found.append(address) }
        }
        return found
    }

    private mutating func loadBalancerAddresses(_ service: Service) -> [IPAddress] {
        guard service.spec.type == .loadBalancer else { return [] }
        var texts: [String] = []
        for (index, ingress) in service.loadBalancerIngress.enumerated() {
            // A load balancer that is known by its name only, or that delivers by itself.
            guard let text = ingress.json["ip"]?.stringValue, !text.isEmpty, ingress.ipMode != "Proxy" else { continue }
            guard ingress.ipMode == "VIP" else {
                note("status.loadBalancer.ingress[\(index)].ipMode", "must be VIP or Proxy, is \"\(ingress.ipMode)\"")
                continue
            }
            texts.append(text)
        }
        return addresses(texts, "status.loadBalancer.ingress")
    }

    /// An external address that no other machine could send to.
    private mutating func refuseSpecial(_ address: IPAddress) -> Bool {
        guard address.isLoopback || address.isLinkLocal || address.isMulticast else { return false }
        note("spec.externalIPs", "\(address) must not be loopback, link-local or multicast")
        return true
    }

    /// What validation of this version would refuse; what holds instead is the API's default.
    private mutating func noteUnknownWords(_ spec: ServiceSpec) {
        let words: [(String, allowed: [String])] = [
            ("type", ServiceType.allCases.map(\.rawValue)),
            ("sessionAffinity", SessionAffinity.allCases.map(\.rawValue)),
            ("externalTrafficPolicy", TrafficPolicy.allCases.map(\.rawValue)),
            ("internalTrafficPolicy", TrafficPolicy.allCases.map(\.rawValue)),
        ]
        for (field, allowed) in words {
            guard let value = spec.json[field], !value.isNull, value != "" else { continue }
            if let text = value.stringValue, allowed.contains(text) { continue }
            note(
                "spec.\(field)",
                "must be one of \(allowed.joined(separator: ", ")), is \(value); the default holds"
            )
        }
    }

    /// The ranges that restrict load balancer addresses: none when there are none, or one of everybody.
    ///
    /// A family whose ranges are all unreadable, or all of the other family, is not restricted, as kube-proxy has it.
    private mutating func sourceRanges(_ spec: ServiceSpec) -> [IPPrefix] {
        var found: [IPPrefix] = []
        for (index, text) in spec.loadBalancerSourceRanges.enumerated() {
            guard let range = IPPrefix(sloppy: Self.trimmed(text)) else {
                note("spec.loadBalancerSourceRanges[\(index)]", "must be a CIDR, is \"\(text)\"")
                continue
            }
            found.append(range.masked)
        }
        let open = Set(found.filter { $0.length == 0 }.map(\.family))
        return found.filter { !open.contains($0.family) }
    }

    private static func trimmed(_ text: String) -> Substring {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private mutating func ports(_ spec: ServiceSpec) -> [ServicePortDefinition] {
        var found: [ServicePortDefinition] = []
        for (index, port) in spec.ports.enumerated() {
            let field = "spec.ports[\(index)]"
            guard let transport = port.transport else {
                note("\(field).protocol", "must be TCP, UDP or SCTP")
                continue
            }
            guard let number = Port(port.port), number.rawValue != 0 else {
                note("\(field).port", "must be 1 to 65535, is \(port.port)")
                continue
            }
            guard !found.contains(where: { $0.name == port.name && $0.transport == transport }) else {
                note("\(field).name", "\"\(port.name)\" is there already for \(transport.kubernetesName)")
                continue
            }
            var made = ServicePortDefinition(name: port.name, transport: transport, port: number)
            if let nodePort = port.nodePort, spec.type == .nodePort || spec.type == .loadBalancer {
                made.nodePort = Port(nodePort)
                if made.nodePort == nil { note("\(field).nodePort", "must be 1 to 65535, is \(nodePort)") }
            }
            found.append(made)
        }
        return found
    }

    private mutating func affinity(_ spec: ServiceSpec) -> Int? {
        guard let seconds = spec.affinityTimeoutSeconds else { return nil }
        guard (1...86_400).contains(seconds) else {
            note("spec.sessionAffinityConfig.clientIP.timeoutSeconds", "must be 1 to 86400, is \(seconds); 10800 holds")
            return 10_800
        }
        return seconds
    }

    private mutating func healthCheckNodePort(_ spec: ServiceSpec) -> Port? {
        guard let number = spec.healthCheckNodePort else { return nil }
        guard let port = Port(number), port.rawValue != 0 else {
            note("spec.healthCheckNodePort", "must be 1 to 65535, is \(number)")
            return nil
        }
        return port
    }
}
