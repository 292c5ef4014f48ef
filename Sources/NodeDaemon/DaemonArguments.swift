public import KubeProxyConfiguration
import LinuxSystem
import NetworkTypes
import ServiceProxy

/// weftd's command line as it was typed; nil: not given.
public struct DaemonArguments: Sendable {
    /// `--node-name`.
    public var nodeName: String?
    /// `--hostname-override`, kube-proxy's name for the same.
    public var hostnameOverride: String?
    /// `--server`.
    public var server: String?
    /// `--kubeconfig`.
    public var kubeconfig: String?
    /// `--mode`.
    public var mode: String?
    /// `--network`.
    public var network = "host-gw"
    /// `--policy`.
    public var policy = "nftables"
    /// `--policy-existing-flows`.
    public var policyExistingFlows = "cut"
    /// `--metrics-bind-address`; empty: nowhere.
    public var metricsBindAddress: String?
    /// `--healthz-bind-address`; empty: nowhere.
    public var healthzBindAddress: String?
    /// `--subnet-file`.
    public var subnetFile: String?
    /// `--cni-conf-dir`.
    public var cniConfDir: String?
    /// `--log-level`.
    public var logLevel: String?
    /// `--service-counters`.
    public var countsPackets = false
    /// `--takeover`.
    public var takesOver = false
    /// `--config`.
    public var config: String?
    /// kube-proxy's flags that have a field in its configuration file: what follows each, by its name.
    public var flags: [String: String] = [:]

    /// A command line without anything.
    public init() {}

    /// What the configuration file says, or without one the flags that stand for its fields.
    ///
    /// As in kube-proxy, these flags do nothing beside a file.
    /// - Throws: `.option` with everything that is wrong, in one line.
    public func settings() throws(NodeDaemonError) -> KubeProxySettings {
        do {
            guard let config else { return try KubeProxySettings(flags: flags) }
            return try KubeProxySettings(try Self.text(of: config), file: config)
        } catch let error as NodeDaemonError {
            throw error
        } catch {
            throw NodeDaemonError(.option, "\(error)")
        }
    }

    static func text(of file: String) throws(NodeDaemonError) -> String {
        do {
            return try File.readText(file)
        } catch {
            throw NodeDaemonError(.option, "--config \(file): \(error)")
        }
    }

    /// The settings with what kube-proxy does by itself, as a file for `--config`.
    ///
    /// - Throws: `.option`.
    public func configurationFile() throws(NodeDaemonError) -> String {
        var settings = try settings()
        settings.mode = chosenMode(settings) ?? Self.defaultMode
        // A file of mode nftables without addresses means the node's primary ones, a command line means all.
        if config == nil, settings.nodePortAddresses.isEmpty { settings.nodePortAddresses = ["0.0.0.0/0", "::/0"] }
        if let name = hostnameOverride ?? nodeName { settings.hostnameOverride = name }
        if let kubeconfig { settings.clientConnection.kubeconfig = kubeconfig }
        if let metricsBindAddress { settings.metricsBindAddress = metricsBindAddress }
        if let healthzBindAddress { settings.healthzBindAddress = healthzBindAddress }
        return settings.withDefaults().yaml
    }

    /// Writes ``configurationFile()``.
    ///
    /// - Throws: `.option`.
    public func writeConfiguration(to path: String) throws(NodeDaemonError) {
        let text = try configurationFile()
        do throws(LinuxSystemError) {
            try File.write(text.utf8, to: path)
        } catch {
            throw NodeDaemonError(.option, "--write-config-to \(path): \(error)")
        }
    }

    /// The command line and the file, checked.
    ///
    /// - Throws: `.option`, or the client's `.configuration`.
    public func options() throws -> DaemonOptions {
        let settings = try settings()
        let complete = settings.withDefaults()
        let hasFile = config != nil
        // kube-proxy's standard ports are free only where it is not there.
        let servesServices = chosenMode(settings) != ProxyMode.none.rawValue
        if takesOver, !servesServices {
            throw NodeDaemonError(
                .option,
                "--takeover takes kube-proxy away, and --mode none needs it or another one: give one of them"
            )
        }
        var options = try DaemonOptions(
            nodeName: name(settings),
            kubeconfig: kubeconfig ?? (server == nil ? settings.clientConnection.kubeconfig.nonEmpty : nil),
            server: server,
            mode: chosenMode(settings) ?? Self.defaultMode,
            network: network,
            ipvsScheduler: settings.ipvs.scheduler.nonEmpty,
            policy: policy,
            policyExistingFlows: policyExistingFlows,
            clusterCIDR: settings.clusterCIDR,
            detectLocalMode: settings.detectLocalMode.nonEmpty,
            podBridgeInterface: settings.detectLocal.bridgeInterface,
            podInterfaceNamePrefix: settings.detectLocal.interfaceNamePrefix,
            masqueradeAll: false,
            nodePortAddresses: (hasFile ? complete : settings).nodePortAddresses.joined(separator: ","),
            metricsBindAddress: metricsBindAddress
                ?? (servesServices || !settings.metricsBindAddress.isEmpty
                    ? settings.metricsEndpoint.description : nil),
            healthzBindAddress: healthzBindAddress
                ?? (servesServices || !settings.healthzBindAddress.isEmpty
                    ? settings.healthEndpoint.description : nil),
            subnetFile: subnetFile,
            cniConfDir: cniConfDir,
            logLevel: logLevel ?? Self.level(verbosity: settings.logging.verbosity ?? 0)
        )
        options.take(settings)
        options.takesOver = takesOver
        options.proxy.countsPackets = countsPackets && options.mode == .nftables
        if countsPackets, options.mode != .nftables {
            options.warnings.append("--service-counters has no effect: only mode nftables has them")
        }
        if hasFile { options.oomScoreAdjustment = complete.oomScoreAdj }
        if let config { options.configurationFile = ConfigurationFile(path: config, text: try Self.text(of: config)) }
        options.warnings += warnings(settings)
        return options
    }

    private static let defaultMode = ProxyMode.nftables.rawValue

    /// weftd's own option wins over kube-proxy's; a file without a mode means kube-proxy's default.
    private func chosenMode(_ settings: KubeProxySettings) -> String? {
        mode ?? settings.mode.nonEmpty ?? (config == nil ? nil : settings.withDefaults().mode)
    }

    /// kube-proxy takes its host's name when nobody says anything else.
    private func name(_ settings: KubeProxySettings) -> String {
        if let nodeName { return nodeName }
        let other = hostnameOverride ?? settings.hostnameOverride
        if let name = other.trimmed.lowercased().nonEmpty { return name }
        return config == nil ? "" : Self.hostName().lowercased()
    }

    private static func hostName() -> String {
        (try? Sysctl.read("kernel.hostname")) ?? ""
    }

    /// klog's levels: 4 is debugging, 6 and more are single requests.
    private static func level(verbosity: Int) -> String { verbosity >= 6 ? "trace" : verbosity >= 4 ? "debug" : "info" }

    private func warnings(_ settings: KubeProxySettings) -> [String] {
        var warnings: [String] = []
        let fields = settings.fieldsWithoutEffect
        if !fields.isEmpty {
            let place = config ?? "command line"
            warnings.append("\(place): accepted, but nothing depends on it here: \(fields.joined(separator: ", "))")
        }
        let ignored = KubeProxyFlag.all.filter { flags[$0.name] != nil }.map(\.typed)
        if config != nil, !ignored.isEmpty {
            warnings.append("these do nothing beside --config: \(ignored.joined(separator: ", "))")
        }
        return warnings
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }

    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
