import ClusterTesting
import Glibc
import IPVS
import LinuxSystem
import NFTables
import NetworkTypes
import RouteNetlink

/// What a demo needs of the user and of the kernel, asked before anything is made.
struct Preflight {
    let options: DemoOptions

    /// - Throws: one line that says what is missing and what to do.
    func check() throws {
        try Self.checkUser()
        let namespace = try Self.tried("network namespaces", "CONFIG_NET_NS, and CAP_SYS_ADMIN in a container") {
            try NetworkNamespace.anonymous()
        }
        try Self.tried("veth pairs and bridges", "the modules veth and bridge (modprobe veth bridge)") {
            try Self.makeLinks(in: namespace)
        }
        try Self.tried("nf_tables", "the module nf_tables (modprobe nf_tables)") {
            try withNetworkNamespace(namespace) { try Self.askForGeneration() }
        }
        try Self.tried("br_netfilter", "the module br_netfilter (modprobe br_netfilter)") {
            try withNetworkNamespace(namespace) { _ = try Sysctl.read("net.bridge.bridge-nf-call-iptables") }
        }
        try checkMode(in: namespace)
        try checkNetwork(in: namespace)
    }

    /// - Throws: one line unless this is root.
    static func checkUser() throws {
        guard geteuid() == 0 else {
            throw ClusterError("weft demo needs root, to make network namespaces: run it with sudo")
        }
    }

    private func checkMode(in namespace: NetworkNamespace) throws {
        switch options.mode {
        case .nftables: break
        case .iptables:
            var connection = try NFTablesConnection(in: namespace)
            for extensionID in ExtensionID.essential {
                try needed("\(extensionID) for nf_tables (nft_compat)", by: "--mode iptables") {
                    guard try connection.has(extensionID, .ipv4) else { throw ClusterError("not there") }
                }
            }
        case .ipvs:
            try needed("ip_vs", by: "--mode ipvs") { _ = try IPVSConnection.open(in: namespace) }
        }
    }

    private func checkNetwork(in namespace: NetworkNamespace) throws {
        switch options.network {
        case .hostGateway: break
        case .vxlan:
            try needed("vxlan links", by: "--network vxlan") {
                var connection = try RouteConnection.open(in: namespace)
                let tunnel = VXLANOptions(identifier: 1, port: 8472)
                try connection.createLink(LinkSpec(name: "probe3", kind: .vxlan(tunnel)))
            }
        }
    }

    /// What only this mode or network wants, and a virtual machine with another kernel has.
    private func needed(_ what: String, by option: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            throw ClusterError(
                "this kernel has no \(what), which \(option) needs: run \"make demo-vm DEMO='\(options.commandLine)'\""
            )
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
