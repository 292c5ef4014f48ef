public import NetworkTypes

/// What kube-proxy left in the calling thread's network namespace, in whatever mode it ran.
///
/// The kubelet's own chains (KUBE-FIREWALL, KUBE-IPTABLES-HINT, KUBE-KUBELET-CANARY) are none of it. In mode iptables
/// the chains of both have the same names: those are taken over in place, and only the rest goes.
public struct KubeProxyRemains: Sendable {
    private let mode: String
    private var balancing: KubeProxyBalancing

    /// How long after the first removal the next one may come: what old rules led to virtual servers has arrived then.
    public static let grace = LedFlows.grace

    /// Looks from the mode that runs now.
    ///
    /// - Parameters:
    ///   - mode: ``ProxyBackend/mode``.
    ///   - excluded: ranges whose virtual servers are nobody's business.
    public init(besides mode: String, excluding excluded: [IPPrefix] = []) {
        self.mode = mode
        balancing = KubeProxyBalancing(keepsOwn: mode == "ipvs", excluded: excluded)
    }

    /// What is there, one line for each kind of thing; empty for nothing.
    ///
    /// - Throws: when the kernel can't be asked.
    public func find() throws -> [String] {
        var found = try KubeProxyTables.find()
        for family in IPFamily.allCases { found += try chains.find(family) }
        if try KubeProxyBalancing.isPresent() { found.append("virtual servers on \(KubeProxyBalancing.linkName)") }
        return found
    }

    /// What a removal did.
    public struct Removal: Sendable {
        /// One line for each thing that was removed.
        public internal(set) var removed: [String] = []
        /// What could not be removed, and why.
        public internal(set) var failures: [String] = []
        /// What still has connections, and is to be removed later; empty: all is done.
        public internal(set) var busy: [String] = []

        mutating func attempt(_ what: String, _ body: () throws -> [String]) {
            do {
                removed += try body()
            } catch {
                failures.append("\(what): \(error)")
            }
        }
    }

    /// Removes it, now that the own rules are in force.
    ///
    /// Connections go on: those that rules translated are in connection tracking, and virtual servers stay until theirs
    /// have ended. So these are busy at the first call, and to be looked at again.
    public mutating func remove() -> Removal {
        var removal = Removal()
        removal.attempt("nftables") { try KubeProxyTables.remove() }
        for family in IPFamily.allCases {
            removal.attempt("\(family) chains") { try chains.remove(family) }
        }
        var busy: [String] = []
        removal.attempt("virtual servers") {
            let outcome = try balancing.remove()
            busy = outcome.busy
            return outcome.removed
        }
        removal.busy = busy
        return removal
    }

    private var chains: KubeProxyChains { KubeProxyChains(keepsShared: mode == "iptables") }
}
