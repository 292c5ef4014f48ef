import JSONTree
import LinuxSystem
import NetworkTypes
import TrafficTesting

/// Runs the CNI plugin as a container runtime does: environment, JSON on standard input, JSON on standard output.
struct PodAttachment {
    let plugin: String
    let layout: ClusterLayout
    let pod: String
    let node: String
    let nodeNamespace: NetworkNamespace
    let podCIDR: IPPrefix
    /// Of bridge and interfaces; nil for the kernel's 1500.
    let mtu: UInt32?

    /// ADD: the pod's address.
    func add() throws -> IPAddress {
        let output = try run("ADD")
        let result = try JSONValue(parsing: output.standardOutput)
        guard let text = result["ips"]?[0]?["address"]?.stringValue, let prefix = IPPrefix(String(text)) else {
            throw ClusterError("weft-cni ADD for \(pod): no address in its result \(result)")
        }
        return prefix.address
    }

    /// DEL.
    func delete() throws { _ = try run("DEL") }

    private func run(_ command: String) throws -> ChildProcess.Output {
        let output = try ChildProcess.run(
            ProcessCommand(
                plugin,
                environment: [
                    "CNI_COMMAND": command, "CNI_CONTAINERID": "weft-\(layout.name)-\(pod)", "CNI_IFNAME": "eth0",
                    "CNI_NETNS": NetworkNamespace.path(named: layout.namespace(ofPod: pod)),
                    "CNI_PATH": File.parent(of: plugin),
                    "CNI_ARGS": "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=\(pod)",
                ],
                networkNamespace: nodeNamespace,
                standardInput: .bytes(configuration.bytes()),
                standardOutput: .captured,
                standardError: .captured
            ),
            until: .after(Patience.duration(.seconds(30)))
        )
        guard output.status.isSuccess else {
            let why = (try? JSONValue(parsing: output.standardOutput)).map { reason($0) } ?? output.messages
            throw ClusterError("weft-cni \(command) for \(pod) on \(node): \(why)")
        }
        return output
    }

    private func reason(_ error: JSONValue) -> String {
        [error["msg"]?.stringValue, error["details"]?.stringValue].compactMap { $0 }.joined(separator: ": ")
    }

    private var configuration: JSONValue {
        var configuration: JSONObject = [
            "cniVersion": "1.0.0", "name": "weft", "type": "weft-cni", "bridge": "cni0", "isGateway": true,
            "isDefaultGateway": true, "hairpinMode": true, "ipMasq": false,
            "ipam": [
                "type": "host-local", "dataDir": .string(layout.reservations(ofNode: node)),
                "ranges": [[["subnet": .string("\(podCIDR)")]]],
            ],
        ]
        if let mtu { configuration["mtu"] = JSONValue(mtu) }
        return .object(configuration)
    }
}
