import LinuxSystem
import RouteNetlink

/// One step of making an attachment.
protocol AttachmentStep {
    /// What it makes, for messages and tests: "address", "veth pair".
    var name: String { get }

    /// Does it.
    ///
    /// - Throws: the failure; `undo` is called then, too.
    func apply(_ work: inout AttachmentWork) throws(CNIError)

    /// Takes back what `apply` did, as far as it came.
    ///
    /// What others share (a bridge, a network's rules) stays.
    ///
    /// - Returns: what is left behind, and why; nil when nothing is.
    func undo(_ work: inout AttachmentWork) -> String?
}

/// What the steps of one ADD know and find out.
struct AttachmentWork: ~Copyable {
    let invocation: Invocation
    let network: NetworkConfiguration
    let configuration: AttachmentConfiguration
    /// The container's namespace.
    let pod: NetworkNamespace
    /// The result of the plugin before this one.
    let previous: AttachmentResult?
    /// The kernel.
    var backend: AttachmentBackend
    /// What is to be there; without addresses until the first step gave some.
    var spec: AttachmentSpec
    /// What IPAM gave.
    var ipam = IPAMAnswer()
    /// Whether the addresses are this ADD's to give back.
    var ownsAddresses = false
    /// Whether nobody but the node reaches the container until its policies are in force.
    var isHeld = false
    /// The bridge.
    var bridge: Link?
    /// The link that has the gateway addresses.
    var gateway: Link?
    /// The end of the pair in the host's namespace, once this ADD made it.
    var hostEnd: Link?
    /// The container's interface, once this ADD made it.
    var podEnd: Link?
    /// The link on which what the container sends is slowed down.
    var limiter: Link?
    /// Whether it is this ADD's to remove.
    var ownsLimiter = false
    /// The index of another plugin's link on which this ADD may have put queueing disciplines.
    var limitedLink: UInt32?

    var id: AttachmentID { spec.id }
}

/// The steps of an ADD, in order.
struct AttachmentSteps {
    let steps: [any AttachmentStep]

    /// Those that a configuration needs.
    init(_ configuration: AttachmentConfiguration) {
        var steps: [any AttachmentStep] = []
        if configuration.ipam != nil { steps.append(AddressStep()) }
        if configuration.ipam != nil, configuration.policyWait != .open { steps.append(HoldStep()) }
        switch configuration.interface {
        case .bridge: steps += [BridgeStep(), PairStep(), ContainerStep()]
        case .routed: steps += [ForwardingStep(), PairStep(), ContainerStep()]
        case .sublink: steps += [SublinkStep(), ContainerStep()]
        case .none: break
        }
        if configuration.tuning?.isEmpty == false { steps.append(TuningStep()) }
        if configuration.bandwidth?.isEmpty == false { steps.append(BandwidthStep()) }
        let hasPorts = configuration.ports?.mappings.isEmpty == false
        if configuration.masquerades || configuration.bridge?.checksSender == true || hasPorts {
            steps.append(RulesStep())
        }
        if configuration.firewall != nil { steps.append(FirewallStep()) }
        if configuration.ipam != nil, case .upTo = configuration.policyWait { steps.append(ReleaseStep()) }
        self.steps = steps
    }

    /// Does them all, or none.
    ///
    /// - Parameters:
    ///   - work: what they know.
    ///   - observer: called after each; what it throws counts as the step's failure. For tests.
    /// - Throws: the first failure, with what could not be taken back.
    func run(
        _ work: inout AttachmentWork,
        observer: (String) throws(CNIError) -> Void = { _ in }
    ) throws(CNIError) {
        for (index, step) in steps.enumerated() {
            do throws(CNIError) {
                try step.apply(&work)
                try observer(step.name)
            } catch {
                var leftovers: [String] = []
                for step in steps[...index].reversed() {
                    if let leftover = step.undo(&work) { leftovers.append(leftover) }
                }
                throw error.adding(leftovers)
            }
        }
    }
}

extension CNIError {
    /// The error with what is left behind after it.
    fileprivate func adding(_ leftovers: [String]) -> CNIError {
        guard !leftovers.isEmpty else { return self }
        let details = ([details] + leftovers).filter { !$0.isEmpty }.joined(separator: "; and ")
        return CNIError(code, message, details: details, errno: errno)
    }
}
