import ClusterTesting
import Glibc
import LinuxSystem
import NFTables
import RouteNetlink

/// What a demo needs of the user and of the kernel, asked before anything is made.
enum Preflight {
    /// - Throws: one line that says what is missing and what to do.
    static func check() throws {
        guard geteuid() == 0 else {
            throw ClusterError("weft demo needs root, to make network namespaces: run it with sudo")
        }
        let namespace = try tried("network namespaces", "CONFIG_NET_NS, and CAP_SYS_ADMIN in a container") {
            try NetworkNamespace.anonymous()
        }
        try tried("veth pairs and bridges", "the modules veth and bridge (modprobe veth bridge)") {
            try makeLinks(in: namespace)
        }
        try tried("nf_tables", "the module nf_tables (modprobe nf_tables)") {
            try withNetworkNamespace(namespace) { try askForGeneration() }
        }
        try tried("br_netfilter", "the module br_netfilter (modprobe br_netfilter)") {
            try withNetworkNamespace(namespace) { _ = try Sysctl.read("net.bridge.bridge-nf-call-iptables") }
        }
    }

    private static func makeLinks(in namespace: NetworkNamespace) throws {
        var connection = try RouteConnection.open(in: namespace)
        try connection.createLink(LinkSpec(name: "probe", kind: .bridge()))
        try connection.createLink(LinkSpec(name: "probe1", kind: .veth(peer: VethPeer(name: "probe2"))))
    }

    private static func askForGeneration() throws {
        var connection = try NFTablesConnection()
        _ = try connection.generation()
    }

    private static func tried<Result>(_ what: String, _ needed: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw ClusterError("this kernel has no \(what) for us (\(error)): the demo needs \(needed)")
        }
    }
}
