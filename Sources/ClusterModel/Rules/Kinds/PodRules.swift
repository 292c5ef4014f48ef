import JSONTree
import NetworkTypes

/// Pods, as far as their network is concerned.
enum PodRules: KindRules {
    private static let container = Shape.list(
        .object([
            "name": .string, "image": .string, "restartPolicy": .string, "imagePullPolicy": .string,
            "ports": .list(
                .object([
                    "name": .string, "containerPort": .integer, "protocol": .string, "hostPort": .integer,
                    "hostIP": .string,
                ])
            ),
        ])
    )

    static let shape = Shape.kind([
        "spec": .object([
            "nodeName": .string, "hostNetwork": .boolean, "hostname": .string, "subdomain": .string,
            "restartPolicy": .string, "serviceAccountName": .string, "schedulerName": .string,
            "terminationGracePeriodSeconds": .integer, "containers": container, "initContainers": container,
            "dnsPolicy": .string, "readinessGates": .list(.object(["conditionType": .string])),
        ]),
        "status": .object([
            "phase": .string, "podIP": .string, "podIPs": .list(.object(["ip": .string])), "hostIP": .string,
            "conditions": .conditions, "startTime": .time, "nominatedNodeName": .string,
        ]),
    ])

    static func setDefaults(_ json: inout JSONValue) {
        var spec = json["spec"] ?? [:]
        for (key, value) in [
            ("restartPolicy", "Always" as JSONValue), ("terminationGracePeriodSeconds", 30),
            ("dnsPolicy", "ClusterFirst"),
            ("schedulerName", "default-scheduler"), ("securityContext", [:]), ("enableServiceLinks", true),
        ] where spec[key] == nil {
            spec[key] = value
        }
        let sharesNode = spec["hostNetwork"]?.boolValue ?? false
        for key in ["containers", "initContainers"] {
            guard case .array(let containers)? = spec[key] else { continue }
            spec[key] = .array(containers.map { defaulted($0, sharesNode: sharesNode) })
        }
        json["spec"] = spec
        alignAddresses(&json)
    }

    private static func defaulted(_ container: JSONValue, sharesNode: Bool) -> JSONValue {
        var container = container
        if case .array(let ports)? = container["ports"] {
            container["ports"] = .array(
                ports.map { port in
                    var port = port
                    if port["protocol"] == nil { port["protocol"] = "TCP" }
                    if sharesNode, port["hostPort"] == nil { port["hostPort"] = port["containerPort"] }
                    return port
                }
            )
        }
        let image = container["image"]?.stringValue ?? ""
        // Without a tag the newest image is meant, so it is looked for each time.
        let tag = image.split(separator: "/").last?.split(separator: ":").dropFirst().first ?? "latest"
        for (key, value) in [
            ("resources", [:] as JSONValue), ("terminationMessagePath", "/dev/termination-log"),
            ("terminationMessagePolicy", "File"),
            ("imagePullPolicy", tag == "latest" && !image.contains("@") ? "Always" : "IfNotPresent"),
        ] where container[key] == nil {
            container[key] = value
        }
        return container
    }

    /// `podIP` and the first of `podIPs` are the same; an older client's `podIP` wins.
    private static func alignAddresses(_ json: inout JSONValue) {
        let one = json[path: "status", "podIP"]?.stringValue ?? ""
        let list = (json[path: "status", "podIPs"]?.arrayValue ?? []).compactMap { $0["ip"]?.stringValue }
        var pod = Pod(unchecked: json)
        if one.isEmpty, !list.isEmpty {
            pod.podIPs = list
        } else if !one.isEmpty, list.first != one {
            pod.podIPs = [one]
        }
        json = pod.json
    }

    static func begin(_ json: inout JSONValue, cluster: ObjectRules.Cluster) -> [FieldError] {
        json["status"] = ["phase": "Pending"]
        return []
    }

    static func validate(_ json: JSONValue) -> [FieldError] {
        let spec = PodSpec(json: json["spec"] ?? [:])
        var errors: [FieldError] = []
        if spec.containers.isEmpty { errors.append(.required("spec.containers")) }
        var names: Set<String> = []
        for (index, container) in spec.containers.enumerated() {
            errors += self.container(container, "spec.containers[\(index)]", &names)
        }
        for (index, container) in spec.initContainers.enumerated() {
            errors += self.container(container, "spec.initContainers[\(index)]", &names)
        }
        errors += ValueRules.oneOf(
            "spec.restartPolicy",
            spec.json["restartPolicy"],
            ["Always", "OnFailure", "Never"]
        )
        if let name = spec.nodeName {
            errors += NameRules.dns1123Subdomain(name).map { .invalid("spec.nodeName", .string(name), $0) }
        }
        for (key, value) in [("hostname", spec.hostname), ("subdomain", spec.subdomain)] {
            guard let value, !value.isEmpty else { continue }
            errors += NameRules.dns1123Label(value).map { .invalid("spec.\(key)", .string(value), $0) }
        }
        if spec.terminationGracePeriodSeconds < 0 {
            let value = JSONValue(spec.terminationGracePeriodSeconds)
            errors.append(
                .invalid("spec.terminationGracePeriodSeconds", value, "must be greater than or equal to 0")
            )
        }
        return errors
    }

    private static func container(
        _ container: Container,
        _ path: String,
        _ names: inout Set<String>
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if container.name.isEmpty {
            errors.append(.required("\(path).name"))
        } else {
            errors += NameRules.dns1123Label(container.name).map {
                .invalid("\(path).name", .string(container.name), $0)
            }
            if !names.insert(container.name).inserted {
                errors.append(.duplicate("\(path).name", .string(container.name)))
            }
        }
        if container.image.isEmpty { errors.append(.required("\(path).image")) }
        var portNames: Set<String> = []
        for (index, port) in container.ports.enumerated() {
            errors += self.port(port, "\(path).ports[\(index)]", &portNames)
        }
        return errors
    }

    private static func port(
        _ port: ContainerPort,
        _ path: String,
        _ names: inout Set<String>
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if !port.name.isEmpty {
            let problems = NameRules.portName(port.name)
            errors += problems.map { .invalid("\(path).name", .string(port.name), $0) }
            if problems.isEmpty, !names.insert(port.name).inserted {
                errors.append(.duplicate("\(path).name", .string(port.name)))
            }
        }
        if port.containerPort == 0 {
            errors.append(.required("\(path).containerPort"))
        } else {
            errors += ValueRules.portNumber("\(path).containerPort", port.containerPort)
        }
        if let number = port.hostPort { errors += ValueRules.portNumber("\(path).hostPort", number) }
        return errors + ValueRules.oneOf("\(path).protocol", port.json["protocol"], ValueRules.protocols)
    }

    static func validateUpdate(old: JSONValue, new: JSONValue) -> [FieldError] {
        func fixed(_ json: JSONValue) -> JSONValue {
            var spec = json["spec"] ?? [:]
            for key in ["activeDeadlineSeconds", "tolerations"] { spec[key] = nil }
            for key in ["containers", "initContainers"] {
                guard case .array(let containers)? = spec[key] else { continue }
                spec[key] = .array(
                    containers.map { container in
                        var container = container
                        container["image"] = nil
                        return container
                    }
                )
            }
            return spec
        }
        guard fixed(old) != fixed(new) else { return [] }
        return [
            .forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,"
                    + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions "
                    + "to existing tolerations)"
            )
        ]
    }

    static func validateStatus(_ json: JSONValue) -> [FieldError] {
        let addresses = Pod(unchecked: json).podIPs
        var errors: [FieldError] = []
        for (index, text) in addresses.enumerated() { errors += ValueRules.address("status.podIPs[\(index)]", text) }
        let families = addresses.compactMap { IPAddress($0)?.family }
        errors += ValueRules.onePerFamily("status.podIPs", addresses, families, what: "IP")
        let phases = ["Failed", "Pending", "Running", "Succeeded", "Unknown"]
        if let phase = json[path: "status", "phase"] { errors += ValueRules.oneOf("status.phase", phase, phases) }
        return errors
    }
}
