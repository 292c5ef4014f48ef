public import ClusterModel
import JSONTree
public import NetworkTypes

/// What flannel notes at Nodes so that the others find them, and Weft just the same: the two understand each other.
///
/// <https://github.com/flannel-io/flannel/blob/master/Documentation/kubernetes.md>
public enum FlannelAnnotations {
    private static let prefix = "flannel.alpha.coreos.com/"

    /// Which kind of network the node is on: "vxlan".
    public static let backendType = prefix + "backend-type"
    /// Whether subnets come from Nodes; "true".
    public static let kubeSubnetManager = prefix + "kube-subnet-manager"

    /// JSON with the tunnel's number and MAC address: `{"VNI":1,"VtepMAC":"aa:bb:cc:dd:ee:ff"}`.
    public static func backendData(_ family: IPFamily) -> String {
        prefix + (family == .ipv4 ? "backend-data" : "backend-v6-data")
    }

    /// The address to which the others send the tunnel's packets.
    public static func publicAddress(_ family: IPFamily) -> String {
        prefix + (family == .ipv4 ? "public-ip" : "public-ipv6")
    }

    /// The address that the administrator wants there instead, of a node behind address translation.
    public static func publicAddressOverwrite(_ family: IPFamily) -> String { publicAddress(family) + "-overwrite" }

    /// The value of ``backendData(_:)``, byte for byte as flannel writes it.
    public static func data(identifier: UInt32, mac: MACAddress) -> String {
        #"{"VNI":\#(identifier),"VtepMAC":"\#(mac)"}"#
    }

    /// What is wrong with an annotation.
    struct Fault: Error {
        let code: NodeRouteProblem.Code
        let text: String
    }

    /// The MAC address of a node's end of the tunnel.
    ///
    /// - Throws: with what is wrong: nothing noted, another kind of network, another tunnel, no MAC address.
    static func mac(of node: Node, _ family: IPFamily, identifier: UInt32) throws(Fault) -> MACAddress {
        let annotations = node.metadata.annotations
        let key = backendData(family)
        if let type = annotations[backendType], type != "vxlan" {
            throw Fault(
                code: .invalidAnnotation,
                text: "its annotation \(backendType) is \"\(type)\", not vxlan; all nodes must be on the same network"
            )
        }
        // "null" is what flannel writes for the family that it does not serve.
        guard let text = annotations[key], text != "null" else {
            throw Fault(
                code: .missingAnnotation,
                text: "it has no annotation \(key) yet; weftd with --network vxlan, or flannel, writes it there"
            )
        }
        guard let data = try? JSONValue(parsing: text), let mac = data["VtepMAC"]?.stringValue.flatMap(MACAddress.init),
            !mac.isMulticast, mac != .zero
        else {
            throw Fault(
                code: .invalidAnnotation,
                text: "its annotation \(key) is \(excerpt(of: text)), without the MAC address of one link in VtepMAC"
            )
        }
        if let other = data["VNI"]?.intValue, other != Int(identifier) {
            throw Fault(
                code: .invalidAnnotation,
                text: "its annotation \(key) says VNI \(other), and this node's is \(identifier)"
            )
        }
        return mac
    }

    /// The address to which a node's tunnel packets go.
    ///
    /// - Throws: with what is wrong: nothing noted, or no address of the family.
    static func host(of node: Node, _ family: IPFamily) throws(Fault) -> IPAddress {
        let annotations = node.metadata.annotations
        let keys = [publicAddressOverwrite(family), publicAddress(family)]
        guard let key = keys.first(where: { annotations[$0]?.isEmpty == false }), let text = annotations[key] else {
            throw Fault(
                code: .missingAnnotation,
                text: "it has no annotation \(keys[1]) yet; weftd with --network vxlan, or flannel, writes it there"
            )
        }
        guard let address = IPAddress(text), address.family == family else {
            throw Fault(
                code: .invalidAnnotation,
                text: "its annotation \(key) is \(excerpt(of: text)), which is no \(family) address"
            )
        }
        return address
    }

    /// As a message can hold it: on one line, and not all of a text without end.
    private static func excerpt(of text: String) -> String {
        let line = String(text.prefix(80).map { $0.isNewline ? " " : $0 })
        return "\"\(line)\"\(text.count > 80 ? "..." : "")"
    }
}

extension FlannelAnnotations {
    /// Those of the wanted annotations that a Node does not have, or has with another meaning.
    ///
    /// Tunnel data that says the same in other words is left as it is.
    public static func missing(_ wanted: [String: String], at node: Node) -> [String: String] {
        let present = node.metadata.annotations
        return wanted.filter { key, value in
            guard let there = present[key] else { return true }
            return there != value && !(isData(key) && meaning(of: there) == meaning(of: value))
        }
    }

    private static func isData(_ key: String) -> Bool { IPFamily.allCases.contains { backendData($0) == key } }

    private static func meaning(of text: String) -> [String?]? {
        guard let data = try? JSONValue(parsing: text), let mac = data["VtepMAC"]?.stringValue.flatMap(MACAddress.init)
        else { return nil }
        return ["\(mac)", data["VNI"]?.intValue.map(String.init)]
    }
}
