import CNlGenl
import LinuxSystem
import NetworkTypes

extension IPVSRequest {
    /// The error of a request that the kernel refused, with what helps.
    ///
    /// - Parameters:
    ///   - errno: the kernel's number.
    ///   - kernelText: the kernel's own words; empty for most.
    /// - Returns: the error.
    func refusal(_ errno: Errno, _ kernelText: String) -> IPVSError {
        let (code, hint) = meaning(of: errno)
        let text = [hint, kernelText].filter { !$0.isEmpty }.joined(separator: ": ")
        return IPVSError(code, errno: errno, operation: operation, object: object, text: text)
    }

    private func meaning(of errno: Errno) -> (IPVSError.Code, String) {
        switch (errno, subject) {
        case (.notPermitted, _):
            (.permission, "it needs CAP_NET_ADMIN (before Linux 6.10 of the host, not of a user namespace)")
        case (.noSuchFileOrDirectory, .family):
            (.unsupported, "the kernel's module ip_vs is missing; load it with: modprobe ip_vs")
        // ip_vs_add_service and ip_vs_edit_service, after asking for the module.
        case (.noSuchFileOrDirectory, .virtualServer(let server)): (.noScheduler, server.missingModuleText)
        case (.noSuchFileOrDirectory, .realServer), (.noSuchFileOrDirectory, .realServerEndpoint):
            (.notFound, "the virtual server has no such real server")
        // ip_vs_genl_set_cmd and ip_vs_genl_get_cmd, where no virtual server fits.
        case (.noSuchProcess, _): (.notFound, "there is no such virtual server")
        case (.fileExists, _): (.alreadyExists, "it is there already")
        case (.invalidArgument, .realServer(let server, let id))
        where server.endpoint.family != id.family && server.forwarding != .tunnel:
            (.invalid, "a real server of the other IP version is reached by tunnel only")
        // ip_vs_new_dest looks the address up in the table of local routes, which the first link that is up makes.
        case (.invalidArgument, .realServer(let server, _)):
            (.invalid, "\(server.endpoint.address) is no address of one host, or the namespace's link lo was never up")
        case (.invalidArgument, _), (.outOfRange, _): (.invalid, "")
        case (.addressFamilyNotSupported, _): (.invalid, "the kernel's IPVS is built without IPv6")
        default: (.kernel, "")
        }
    }
}

extension VirtualServer {
    fileprivate var missingModuleText: String {
        let scheduler =
            "no scheduler \(self.scheduler) in the kernel; load it with: modprobe \(self.scheduler.moduleName)"
        guard let persistenceEngine else { return scheduler }
        return "\(scheduler), or no persistence engine \(persistenceEngine): modprobe ip_vs_pe_\(persistenceEngine)"
    }
}
