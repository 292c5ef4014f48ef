import Glibc
import LinuxSystem
import Synchronization

/// What a test needs of the kernel, of this machine and of its user.
///
/// Use as `.enabled(if: KernelFeature.veth.isAvailable)`. What `REQUIRE_KERNEL_FEATURES` names ("nft,veth" or "all") is
/// said to be available, so that its tests fail instead of being left out.
public struct KernelFeature: Hashable, Sendable, CustomStringConvertible {
    /// Its name in REQUIRE_KERNEL_FEATURES.
    public let name: String
    private let probe: @Sendable () throws -> Void

    init(_ name: String, probe: @escaping @Sendable () throws -> Void) {
        self.name = name
        self.probe = probe
    }

    /// Network namespaces, and the right to make them.
    public static let namespaces = KernelFeature("netns") { _ = try NetworkNamespace.anonymous() }
    /// nf_tables, through the `nft` tool.
    public static let nft = inNamespace("nft") { try Witness.run("nft", "add table inet weft_probe") }
    /// veth pairs.
    public static let veth = link("veth", "type", "veth", "peer", "name", "probe1")
    /// Bridges.
    public static let bridge = link("bridge", "type", "bridge")
    /// Bridges that filter VLANs.
    public static let vlanFiltering = link("vlan_filtering", "type", "bridge", "vlan_filtering", "1")
    /// dummy links.
    public static let dummy = link("dummy", "type", "dummy")
    /// VXLAN links.
    public static let vxlan = link("vxlan", "type", "vxlan", "id", "1", "dstport", "0")
    /// Intermediate functional blocks.
    public static let ifb = link("ifb", "type", "ifb")
    /// macvlan links, on a veth.
    public static let macvlan = upper("macvlan")
    /// ipvlan links, on a veth.
    public static let ipvlan = upper("ipvlan")
    /// WireGuard links.
    public static let wireguard = link("wireguard", "type", "wireguard")
    /// IP virtual servers, through the `ipvsadm` tool.
    public static let ipvs = inNamespace("ip_vs") { try Witness.run("ipvsadm", "-Ln") }
    /// SCTP sockets.
    public static let sctp = KernelFeature("sctp") {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), Int32(IPPROTO_SCTP))
        if descriptor < 0 { throw Errno.current }
        _ = close(descriptor)
    }
    /// The virtual machine that scripts/vm starts.
    public static let virtualMachine = KernelFeature("virtual_machine") {
        if unsafe getenv("WEFT_VIRTUAL_MACHINE") == nil { throw Errno.notSupported }
    }
    /// Bridged packets that pass netfilter (br_netfilter), switchable in each namespace.
    public static let bridgeNetfilter = inNamespace("br_netfilter") {
        try Sysctl.write("net.bridge.bridge-nf-call-iptables", "1")
    }
    /// Connection tracking, through the `conntrack` tool.
    public static let conntrack = inNamespace("conntrack") { try Witness.run("conntrack", "-L") }

    private static func inNamespace(_ name: String, _ body: @escaping @Sendable () throws -> Void) -> KernelFeature {
        KernelFeature(name) { try withNetworkNamespace(.anonymous(), body) }
    }

    private static func link(_ name: String, _ arguments: String...) -> KernelFeature {
        inNamespace(name) { try Witness.run("ip", ["link", "add", "probe0"] + arguments) }
    }

    private static func upper(_ kind: String) -> KernelFeature {
        inNamespace(kind) {
            try Witness.run("ip", "link", "add", "probe0", "type", "veth", "peer", "name", "probe1")
            try Witness.run("ip", "link", "add", "link", "probe0", "name", "probe2", "type", kind)
        }
    }

    /// Whether it is there, or demanded: looked up once in the process's life.
    public var isAvailable: Bool { isRequired || reasonForAbsence == nil }

    /// Why it is not there; nil when it is.
    public var reasonForAbsence: String? {
        KernelFeature.known.withLock { known in
            if let answer = known[name] { return answer }
            var answer: String?
            do { try probe() } catch { answer = "\(error)" }
            known[name] = .some(answer)
            return answer
        }
    }

    /// Whether REQUIRE_KERNEL_FEATURES names it.
    public var isRequired: Bool {
        guard let value = unsafe getenv("REQUIRE_KERNEL_FEATURES") else { return false }
        let names = unsafe String(cString: value).split { $0 == "," || $0 == " " }
        return names.contains("all") || names.contains { $0 == name }
    }

    private static let known = Mutex<[String: String?]>([:])

    /// The name.
    public var description: String { name }

    /// Features of one name are the same.
    public static func == (left: KernelFeature, right: KernelFeature) -> Bool { left.name == right.name }
    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
