import ClusterModel

/// Pods of a rule's `from` or `to`; equal ones of several policies are one.
struct PeerSelector: Hashable, Sendable {
    /// The namespaces in which it selects.
    enum Scope: Hashable, Sendable {
        /// All of them, also those of which nothing is known but the name.
        case everywhere
        /// The policy's own.
        case own(String)
        /// Those with labels that fit.
        case matching(LabelSelector)
    }

    let scope: Scope
    let pods: LabelSelector

    /// Every pod that there is.
    static let everyPod = PeerSelector(scope: .everywhere, pods: .everything)

    /// Whether pods of a namespace may be selected; `labels` is nil as long as the namespace is not known: then it
    /// matches no selector, as one that asks for a label's absence would open what should be closed.
    func reaches(_ namespace: String, labels: [String: String]?) -> Bool {
        switch scope {
        case .everywhere: true
        case .own(let name): name == namespace
        case .matching(let selector): labels.map(selector.matches) ?? false
        }
    }
}
