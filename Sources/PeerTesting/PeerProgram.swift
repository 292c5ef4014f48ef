import BenchRunner
import Glibc
import LinuxSystem

/// A program that programs Services into a node's kernel from an API server: weftd, or one that it is compared with.
public struct PeerProgram: Hashable, Sendable {
    /// How it is told what to do.
    enum Kind: Hashable, Sendable { case weftd, kubeProxy }

    let kind: Kind
    /// Where the program is.
    public let path: String

    /// What it is called in tables.
    public var name: String { kind == .weftd ? "weftd" : "kube-proxy" }

    /// weftd beside the running program.
    ///
    /// - Throws: `BenchError` when it is not there.
    public static func weftd() throws -> PeerProgram { PeerProgram(kind: .weftd, path: try besideThisOne("weftd")) }

    /// A real kube-proxy.
    ///
    /// - Parameter option: `kube-proxy=PATH`, as on the command line.
    /// - Throws: `BenchError` when it says something else, or there is no program.
    public init(option: String) throws {
        let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == "kube-proxy" else {
            throw BenchError("--peer \(option): the only peer known is kube-proxy; give kube-proxy=PATH")
        }
        guard unsafe access(parts[1], X_OK) == 0 else {
            throw BenchError("--peer \(option): no program at \(parts[1]): give the path of a kube-proxy binary")
        }
        self.init(kind: .kubeProxy, path: parts[1])
    }

    private init(kind: Kind, path: String) {
        self.kind = kind
        self.path = path
    }

    /// The path of one of our own programs.
    static func besideThisOne(_ name: String) throws -> String {
        let path = "\(File.parent(of: try File.linkTarget("/proc/self/exe")))/\(name)"
        guard unsafe access(path, X_OK) == 0 else {
            throw BenchError("no \(name) at \(path), which --peer needs: run `make build`, or keep them in one folder")
        }
        return path
    }

    /// weftd's arguments for a mode before a store, without what it serves itself.
    static func weftdArguments(mode: String, server: String) -> [String] {
        [
            "--node-name", PeerConfiguration.nodeName, "--server", server, "--mode", mode,
            "--network", "none", "--cluster-cidr", PeerConfiguration.clusterCIDR,
            "--metrics-bind-address", "127.0.0.1:10249", "--healthz-bind-address", "127.0.0.1:10256",
        ]
    }

    /// Its arguments with kube-proxy's configuration, which weftd takes as it is: for comparing rules, not times.
    func sameConfigurationArguments(mode: String, directory: String) throws -> [String] {
        let peer = PeerProgram(kind: .kubeProxy, path: path)
        return try peer.arguments(mode: mode, directory: directory) + (kind == .weftd ? ["--network", "none"] : [])
    }

    /// Its arguments for a mode, with what files it needs written into a directory.
    func arguments(mode: String, directory: String) throws -> [String] {
        let kubeconfig = "\(directory)/kubeconfig"
        try File.write(PeerConfiguration.kubeconfig.utf8, to: kubeconfig)
        switch kind {
        case .weftd:
            return [
                "--node-name", PeerConfiguration.nodeName, "--kubeconfig", kubeconfig, "--mode", mode,
                "--network", "none", "--cluster-cidr", PeerConfiguration.clusterCIDR,
                "--metrics-bind-address", "127.0.0.1:10249", "--healthz-bind-address", "127.0.0.1:10256",
            ]
        case .kubeProxy:
            let path = "\(directory)/kube-proxy-\(mode).yaml"
            try File.write(PeerConfiguration.kubeProxy(mode: mode, kubeconfig: kubeconfig).utf8, to: path)
            return ["--config", path]
        }
    }
}
