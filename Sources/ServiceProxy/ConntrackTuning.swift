import Glibc
import LinuxSystem

/// The connection tracking settings that kube-proxy makes at start, with its defaults (reference/kube-proxy.md,
/// section 8).
///
/// The proxy needs no other sysctl: node ports are not taken on loopback, so route_localnet stays off.
public struct ConntrackTuning: Hashable, Sendable {
    /// Tracked connections per processor; 0 leaves the kernel's limit.
    public var maximumPerCore: Int
    /// The least limit, however few processors there are.
    public var minimum: Int
    /// How long an idle established TCP connection is kept; zero leaves the kernel's time.
    public var establishedTimeout: Duration
    /// How long a TCP connection in CLOSE_WAIT is kept; zero leaves the kernel's time.
    public var closeWaitTimeout: Duration
    /// Whether packets outside of a connection's window are taken for valid; false leaves the kernel's choice.
    public var isLiberal: Bool
    /// How long UDP without an answer is kept; zero leaves the kernel's time.
    public var udpTimeout: Duration
    /// How long UDP with answers is kept; zero leaves the kernel's time.
    public var udpStreamTimeout: Duration

    /// Makes settings; what is not given is as kube-proxy has it.
    public init(
        maximumPerCore: Int = 32_768,
        minimum: Int = 131_072,
        establishedTimeout: Duration = .seconds(86_400),
        closeWaitTimeout: Duration = .seconds(3600),
        isLiberal: Bool = false,
        udpTimeout: Duration = .zero,
        udpStreamTimeout: Duration = .zero
    ) {
        self.maximumPerCore = maximumPerCore
        self.minimum = minimum
        self.establishedTimeout = establishedTimeout
        self.closeWaitTimeout = closeWaitTimeout
        self.isLiberal = isLiberal
        self.udpTimeout = udpTimeout
        self.udpStreamTimeout = udpStreamTimeout
    }

    /// The highest limit that is set, whatever the number of processors.
    public static let limit = 1 << 20

    /// The settings by name.
    ///
    /// - Parameter cores: the number of processors.
    /// - Returns: names and values in the order of writing.
    public func settings(cores: Int) -> [(name: String, value: Int)] {
        var settings: [(name: String, value: Int)] = []
        if maximumPerCore > 0 {
            let wanted = min(
                max(minimum, maximumPerCore.multipliedReportingOverflow(by: max(1, cores)).partialValue),
                Self.limit
            )
            settings.append(("net.netfilter.nf_conntrack_max", wanted))
        }
        for (name, duration) in [
            ("tcp_timeout_established", establishedTimeout), ("tcp_timeout_close_wait", closeWaitTimeout),
            ("udp_timeout", udpTimeout), ("udp_timeout_stream", udpStreamTimeout),
        ] {
            let seconds = Int(duration.components.seconds)
            if seconds > 0 { settings.append(("net.netfilter.nf_conntrack_\(name)", seconds)) }
        }
        if isLiberal { settings.append(("net.netfilter.nf_conntrack_tcp_be_liberal", 1)) }
        return settings
    }

    /// Makes the settings in the calling thread's network namespace.
    ///
    /// The limit of connections is never lowered.
    ///
    /// - Returns: what could not be set, in words: in a network namespace the limit, for one, is the host's business.
    public func apply() -> [String] {
        settings(cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))).compactMap { name, value in
            do throws(LinuxSystemError) {
                if name.hasSuffix("_max"), let present = Int(try Sysctl.read(name)), present >= value { return nil }
                _ = try Sysctl.ensure(name, String(value))
                return nil
            } catch {
                return "\(error)"
            }
        }
    }
}
