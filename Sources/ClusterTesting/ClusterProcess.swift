import LinuxSystem
import NetworkTypes

/// Starts the cluster's long-running programs, each with a log file.
struct ClusterProcesses {
    let programs: Programs
    let layout: ClusterLayout
    /// Whether they live on when this process has ended.
    let outlive: Bool

    func startStore() throws -> ChildProcess {
        try start(
            programs.weftStore,
            [
                "--data", layout.storeData, "--listen", "unix:\(layout.storeSocket)", "--listen", "127.0.0.1:8080",
                "--service-cidr", ClusterLayout.serviceCIDR, "--pod-cidr", ClusterLayout.podCIDR,
            ],
            in: layout.underlayNamespace,
            log: "weft-store"
        )
    }

    func startDaemon(_ settings: ThrowawayCluster.Settings, node: String) throws -> ChildProcess {
        var arguments = [
            "--node-name", node, "--server", "unix:\(layout.storeSocket)", "--network", settings.network,
        ]
        if !settings.mode.isEmpty { arguments += ["--mode", settings.mode] }
        if let file = settings.configuration {
            arguments += ["--config", file]
        } else {
            // In mode none weftd leaves this port to the proxy.
            arguments += ["--cluster-cidr", ClusterLayout.podCIDR, "--healthz-bind-address", "0.0.0.0:10256"]
        }
        if settings.takesOver { arguments.append("--takeover") }
        if let scheduler = settings.ipvsScheduler { arguments += ["--ipvs-scheduler", scheduler] }
        if let folder = settings.podNetworkFiles {
            arguments += ["--subnet-file", "\(folder)/subnet.env", "--cni-conf-dir", folder]
        }
        return try start(
            programs.weftd,
            arguments,
            in: layout.namespace(ofNode: node),
            log: "weftd-\(node)"
        )
    }

    func startServer(pod: String, port: Port) throws -> ChildProcess {
        try start(
            programs.weft,
            ["name-server", "--name", pod, "--port", "\(port)"],
            in: layout.namespace(ofPod: pod),
            log: "pod-\(pod)"
        )
    }

    private func start(
        _ program: String,
        _ arguments: [String],
        in namespace: String,
        log: String
    ) throws -> ChildProcess {
        let process = try ChildProcess.start(
            ProcessCommand(
                program,
                arguments,
                networkNamespace: .open(named: namespace),
                standardOutput: .logFile(layout.log(of: log)),
                standardError: .logFile(layout.log(of: log)),
                startsProcessGroup: true,
                endsWithParent: !outlive
            )
        )
        if outlive { process.letGo() }
        return process
    }
}
