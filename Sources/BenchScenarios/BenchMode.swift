import BenchRunner
import LinuxSystem
import NetworkTypes
import ServiceProxy

/// The proxy modes that are compared.
public enum BenchMode: String, Hashable, Sendable, CaseIterable {
    /// kube-proxy's chains.
    case iptables
    /// The kernel's load balancer.
    case ipvs
    /// Sets and maps of nf_tables.
    case nftables

    /// A backend of the mode, in the calling thread's network namespace.
    ///
    /// - Parameter recorder: gets all that it writes; nil: nobody.
    /// - Returns: the backend.
    /// - Throws: what the kernel lacks.
    func backend(recorder: CommitRecorder? = nil) throws -> any ProxyBackend {
        switch self {
        case .nftables: try NFTablesBackend(.ipv4, recorder: recorder)
        case .iptables: try IPTablesBackend(.ipv4, recorder: recorder)
        case .ipvs: try IPVSBackend(.ipv4, recorder: recorder)
        }
    }

    /// Makes the settings that a backend makes when it starts, in the calling thread's network namespace.
    func prepareKernel() throws {
        guard self == .ipvs else { return }
        _ = try IPVSBackend.prepareKernel()
    }

    /// Why this kernel can't do the mode, with the way out; nil when it can.
    public var reasonForAbsence: String? {
        do {
            try withNetworkNamespace(.anonymous()) { _ = try backend() }
            return nil
        } catch {
            return "\(error); `make bench-vm` compares all modes inside the virtual machine"
        }
    }

    /// The mode as a variant.
    var variant: BenchVariant { BenchVariant(rawValue) }
}
