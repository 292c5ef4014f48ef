import JSONTree
import LinuxSystem
import NetworkTypes

/// What the node was given, as flannel and weftd write it down when their network is ready (`/run/flannel/subnet.env`).
struct SubnetFile: Hashable, Sendable {
    /// Where it is.
    static let standardPath = "/run/flannel/subnet.env"

    /// FLANNEL_NETWORK and FLANNEL_IPV6_NETWORK: what the pods of all nodes have addresses from.
    var networks: [IPPrefix] = []
    /// FLANNEL_SUBNET and FLANNEL_IPV6_SUBNET, without host bits: this node's part.
    var subnets: [IPPrefix] = []
    /// FLANNEL_MTU in bytes.
    var mtu: Int?
    /// FLANNEL_IPMASQ: whether the daemon masquerades, so that the plugin must not.
    var daemonMasquerades = false

    /// WEFT_LINKS: the links over which other nodes' pods are reached; only weftd names them.
    var links: [String] = []

    /// Reads the file.
    ///
    /// - Throws: code 11 when there is none yet, 7 when it is malformed.
    static func read(_ path: String) throws(CNIError) -> SubnetFile {
        let text: String
        do {
            text = try File.readText(path)
        } catch {
            throw CNIError(
                .tryAgainLater,
                "the node has no subnet yet: there is no \(path)",
                details: "weftd, or flannel, writes it when its network is ready; see its log",
                errno: error.errno
            )
        }
        return try SubnetFile(text, path: path)
    }

    init(_ text: String, path: String) throws(CNIError) {
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let value = parts[1].trimmedQuotes
            switch parts[0] {
            // Several networks are separated by commas.
            case "FLANNEL_NETWORK", "FLANNEL_IPV6_NETWORK":
                for part in value.split(separator: ",") { networks.append(try Self.prefix(part, parts[0], path)) }
            case "FLANNEL_SUBNET", "FLANNEL_IPV6_SUBNET":
                if !value.isEmpty { subnets.append(try Self.prefix(value, parts[0], path)) }
            case "FLANNEL_MTU": mtu = Int(value)
            case "FLANNEL_IPMASQ": daemonMasquerades = value == "true"
            case "WEFT_LINKS": links += value.split(separator: ",").map(String.init)
            default: continue
            }
        }
        guard !subnets.isEmpty else {
            throw CNIError(.tryAgainLater, "\(path) names no subnet", details: "FLANNEL_SUBNET is missing in it")
        }
    }

    private static func prefix(
        _ text: some StringProtocol,
        _ key: some StringProtocol,
        _ path: String
    ) throws(CNIError) -> IPPrefix {
        guard let prefix = IPPrefix(text) else {
            throw CNIError(.invalidConfiguration, "invalid \(key) in \(path)", details: "\"\(text)\" is no subnet")
        }
        // The subnet stands there with the gateway's address: 10.244.1.1/24.
        return prefix.masked
    }

    /// The `ipam` section of host-local that gives addresses of the subnets, with what the configuration adds.
    func hostLocalSection(_ given: JSONObject) -> JSONObject {
        var section = given
        section["type"] = "host-local"
        section["subnetFile"] = nil
        section["ranges"] = .array(subnets.map { [["subnet": .string($0.description)]] })
        section["networks"] = .array(networks.map { .string($0.description) })
        section["links"] = .array(links.map { .string($0) })
        let routes = networks.map { network -> JSONValue in ["dst": .string(network.description)] }
        section["routes"] = .array((given["routes"]?.arrayValue ?? []) + routes)
        return section
    }
}

extension Substring {
    /// Without the quotation marks around it.
    fileprivate var trimmedQuotes: Substring {
        guard count >= 2, let first, first == last, first == "\"" || first == "'" else { return self }
        return dropFirst().dropLast()
    }
}
