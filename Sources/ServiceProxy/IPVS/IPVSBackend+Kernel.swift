import IPVS
import NFTables
public import NetworkTypes

extension IPVSBackend {
    /// A backend for the calling thread's network namespace.
    ///
    /// - Parameters:
    ///   - family: the family to serve.
    ///   - configuration: the choices of whoever runs the proxy.
    ///   - recorder: gets all that is written; nil: nobody.
    /// - Throws: ``ProxyError`` `.unsupported` if the kernel has no IP virtual server or not the scheduler; what opening
    ///   the sockets throws, as without the right to it.
    public convenience init(
        _ family: IPFamily,
        _ configuration: ProxyConfiguration = ProxyConfiguration(),
        recorder: CommitRecorder? = nil
    ) throws {
        let access: KernelVirtualServerAccess
        do {
            access = try KernelVirtualServerAccess(recorder: recorder)
            try Self.look(for: configuration.ipvsScheduler)
        } catch let error as IPVSError {
            throw Self.explained(error)
        }
        self.init(family, configuration, access: access)
    }

    /// Makes the settings of the calling thread's network namespace that the mode depends on, as every start does.
    ///
    /// - Parameter configuration: the choices of whoever runs the proxy.
    /// - Returns: the settings that were otherwise, in words.
    /// - Throws: ``ProxyError`` `.unsupported` if the kernel has no IP virtual server; what can't be set.
    public static func prepareKernel(_ configuration: ProxyConfiguration = ProxyConfiguration()) throws -> [String] {
        do {
            return try KernelVirtualServerAccess().prepare(configuration)
        } catch let error as IPVSError {
            throw explained(error)
        }
    }

    /// Finds out before anything is written whether the kernel has a scheduler.
    private static func look(for scheduler: String) throws {
        guard try !IPVSConnection.isAvailable(IPVSScheduler(rawValue: scheduler)) else { return }
        throw ProxyError(
            code: .unsupported,
            text: "mode ipvs: the kernel has no scheduler \"\(scheduler)\"; load it with: modprobe ip_vs_\(scheduler)"
        )
    }

    /// An error that names the mode and the way out.
    static func explained(_ error: IPVSError) -> any Error {
        guard error.code == .unsupported else { return error }
        return ProxyError(
            code: .unsupported,
            text: """
                mode ipvs: the kernel has no IP virtual server; load it with: modprobe ip_vs; \
                on a kernel without it: make demo-vm
                """
        )
    }
}
