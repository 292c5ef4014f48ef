import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

/// Gets the addresses, with which the rest of the spec is known.
struct AddressStep: AttachmentStep {
    let name = "addresses"

    private func source(_ work: borrowing AttachmentWork) -> AddressSource? {
        work.configuration.ipam.map {
            AddressSource(configuration: $0, invocation: work.invocation, network: work.network)
        }
    }

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        guard let source = source(work) else { return }
        work.ipam = try source.allocate()
        work.ownsAddresses = true
        work.spec = AttachmentSpec(work.id, work.configuration, work.ipam)
    }

    func undo(_ work: inout AttachmentWork) -> String? {
        guard work.ownsAddresses, let source = source(work) else { return nil }
        do {
            try source.release()
            work.ownsAddresses = false
            return nil
        } catch {
            return "the addresses are still reserved: \(error)"
        }
    }
}

/// Sees to the bridge, which stays: others share it.
struct BridgeStep: AttachmentStep {
    let name = "bridge"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        guard let bridge = work.spec.bridge else { return }
        let links = try work.backend.ensureBridge(bridge, forwarding: work.spec.forwardedFamilies)
        work.bridge = links.bridge
        work.gateway = links.gateway
        // What the node passed on before the addresses were held waits for an answer to its neighbour discovery, and
        // would be delivered as soon as the container is there.
        if work.isHeld {
            work.backend.forget(work.ipam.addresses.map(\.prefix.address), link: links.gateway.index)
        }
    }

    func undo(_ work: inout AttachmentWork) -> String? { nil }
}

/// Lets the host forward, which it goes on doing: others need it.
struct ForwardingStep: AttachmentStep {
    let name = "forwarding"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        try HostSettings.enableForwarding(work.spec.forwardedFamilies)
    }

    func undo(_ work: inout AttachmentWork) -> String? { nil }
}

/// Makes a veth pair.
struct PairStep: AttachmentStep {
    let name = "veth pair"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        guard let end = work.spec.hostEnd else { return }
        let pod = work.pod
        work.hostEnd = try work.backend.createPair(work.spec, end, bridge: work.bridge, pod: pod)
    }

    func undo(_ work: inout AttachmentWork) -> String? {
        guard let link = work.hostEnd else { return nil }
        work.hostEnd = nil
        do throws(NetlinkError) {
            try work.backend.host.deleteLink(.index(link.index))
            return nil
        } catch {
            return "\(link.name) is still there: \(error)"
        }
    }
}

/// Makes a link on one of the host's.
struct SublinkStep: AttachmentStep {
    let name = "link"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        guard let sublink = work.spec.sublink else { return }
        let (pod, previous) = (work.pod, work.previous)
        work.podEnd = try work.backend.createSublink(work.spec, sublink, previous: previous, pod: pod)
    }

    func undo(_ work: inout AttachmentWork) -> String? {
        guard let link = work.podEnd else { return nil }
        work.podEnd = nil
        AttachmentBackend.removeFromPod(index: link.index, pod: work.pod)
        return nil
    }
}

/// Raises the interface, gives it its addresses and routes, and has both sides know of each other.
struct ContainerStep: AttachmentStep {
    let name = "container"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        let (pod, spec, gateway) = (work.pod, work.spec, work.gateway)
        let pair = work.hostEnd
        guard let index = work.podEnd?.index ?? pair?.lowerLink else {
            throw CNIError(
                .kernelRefused,
                "the kernel doesn't say which interface is the peer of \(pair?.name ?? spec.podEnd.name)"
            )
        }
        try work.backend.configurePod(spec, index: index, pod: pod) { backend throws(NetlinkError) in
            guard let pair, let end = spec.hostEnd else { return }
            try backend.finishHostEnd(spec, end, pair, gateway: gateway)
        }
    }

    /// Addresses and routes go with the interface.
    func undo(_ work: inout AttachmentWork) -> String? {
        if let gateway = work.gateway {
            work.backend.forget(work.spec.hostEnd?.neighbors ?? [], link: gateway.index)
        }
        return nil
    }
}
