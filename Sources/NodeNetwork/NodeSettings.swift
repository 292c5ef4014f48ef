public import LinuxSystem
public import NetworkTypes

/// Kernel parameters of this network namespace that a node's pod network can't do without.
public struct NodeSettings: Sendable {
    /// One parameter and why it matters.
    public struct Setting: Hashable, Sendable {
        /// The sysctl's name.
        public let name: String
        /// What happens while it isn't "1".
        public let consequence: String
        /// Whether it belongs to br_netfilter, and is missing until that is in the kernel.
        let isBridgeNetfilter: Bool
    }

    /// A parameter that isn't as it should be.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// Which.
        public let setting: Setting
        /// Why it couldn't be set.
        public let reason: String

        /// What, why, and what follows from it.
        public var description: String { "\(setting.name) is not 1 (\(reason)): \(setting.consequence)" }
    }

    /// Reads a parameter and, unless it is "1", writes it; returns whether it had to.
    typealias Ensure = @Sendable (_ name: String) throws -> Bool

    private let ensure: Ensure

    /// Settings of a network namespace; nil for the calling thread's own.
    public init(in namespace: NetworkNamespace? = nil) {
        self.init { name in
            guard let namespace else { return try Sysctl.ensure(name, "1") }
            return try withNetworkNamespace(namespace) { try Sysctl.ensure(name, "1") }
        }
    }

    /// Settings that `ensure` sees to, for tests.
    init(ensure: @escaping Ensure) { self.ensure = ensure }

    /// Sets what the families of the pods' addresses need.
    ///
    /// - Parameter families: which families pods have addresses of.
    /// - Returns: the names that were changed, and what could not be set.
    public func apply(_ families: Set<IPFamily>) -> (changed: [String], problems: [Problem]) {
        var changed: [String] = []
        var problems: [Problem] = []
        for setting in Self.wanted(families) {
            do {
                if try ensure(setting.name) { changed.append(setting.name) }
            } catch let error as LinuxSystemError where error.errno == .noSuchFileOrDirectory {
                problems.append(Problem(setting: setting, reason: Self.absence(of: setting)))
            } catch {
                problems.append(Problem(setting: setting, reason: "\(error)"))
            }
        }
        return (changed, problems)
    }

    /// The parameters for these families: forwarding, and bridged packets shown to nf_tables.
    ///
    /// <https://docs.kernel.org/networking/ip-sysctl.html>; br_netfilter's are per network namespace since Linux 5.3.
    static func wanted(_ families: Set<IPFamily>) -> [Setting] {
        families.sorted { $0.rawValue < $1.rawValue }.flatMap { family in
            let isIPv4 = family == .ipv4
            return [
                Setting(
                    name: isIPv4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding",
                    consequence: "\(family) packets of pods don't leave or reach this node",
                    isBridgeNetfilter: false
                ),
                Setting(
                    name: isIPv4 ? "net.bridge.bridge-nf-call-iptables" : "net.bridge.bridge-nf-call-ip6tables",
                    consequence: "a pod that reaches a pod of its own node through a Service gets no \(family) answer",
                    isBridgeNetfilter: true
                ),
            ]
        }
    }

    private static func absence(of setting: Setting) -> String {
        setting.isBridgeNetfilter
            ? "br_netfilter is not in the kernel; load it with: modprobe br_netfilter"
            : "the kernel has no such parameter"
    }
}
