import LinuxSystem

/// The schedulers whose modules must not be loaded by the kernel on demand.
///
/// The kernel loads a scheduler's module while it holds IPVS' and generic netlink's locks. lblc and lblcr, alone among
/// them, register themselves for every network namespace (register_pernet_subsys), which waits for a namespace that is
/// just ending, whose IPVS waits for those locks: a deadlock that only a reboot ends (seen in Linux 6.1).
struct UnloadedScheduler {
    private var loaded: Set<IPVSScheduler> = []
    private let isThere: (String) -> Bool

    /// - Parameter isThere: whether a path exists.
    init(isThere: @escaping (String) -> Bool = { File.exists($0) }) { self.isThere = isThere }

    /// Why a change must not be asked for; nil if it may.
    mutating func fault(of change: IPVSChange) -> IPVSError? {
        let server: VirtualServer
        switch change {
        case .addVirtualServer(let it), .updateVirtualServer(let it), .setVirtualServer(let it): server = it
        default: return nil
        }
        let scheduler = server.scheduler
        let isDangerous =
            scheduler == .localityLeastConnections || scheduler == .localityLeastConnectionsWithReplication
        guard isDangerous, !loaded.contains(scheduler) else { return nil }
        // Built into the kernel it has no folder there, but each namespace has its sysctl.
        let signs = ["/sys/module/\(scheduler.moduleName)", "/proc/sys/net/ipv4/vs/\(scheduler)_expiration"]
        if signs.contains(where: isThere) {
            loaded.insert(scheduler)
            return nil
        }
        let request = IPVSRequest.requests(of: change).first
        return IPVSError(
            .noScheduler,
            operation: request.operation,
            object: request.object,
            text: """
                the module of scheduler \(scheduler) is not loaded, and the kernel can lock up when it loads it by itself; \
                load it with: modprobe \(scheduler.moduleName)
                """
        )
    }
}
