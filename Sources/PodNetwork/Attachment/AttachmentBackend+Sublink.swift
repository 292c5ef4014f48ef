import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// Makes a macvlan or ipvlan link in the container's namespace, under its final name.
    ///
    /// - Returns: the link as the container's namespace has it.
    /// - Throws: code 7 when the link below is not to be found, 103 when the container has an interface of that name.
    mutating func createSublink(
        _ spec: AttachmentSpec,
        _ sublink: AttachmentSpec.Sublink,
        previous: AttachmentResult?,
        pod: NetworkNamespace
    ) throws(CNIError) -> Link {
        let configuration = sublink.configuration
        do throws(NetlinkError) {
            var container = try RouteConnection.open(in: pod)
            let master =
                configuration.isMasterInContainer
                ? try Self.master(configuration, previous, &container)
                : try Self.master(configuration, previous, &host)
            guard let master else { throw Self.noMaster(configuration) }
            if let mtu = spec.mtu, mtu > Int(master.mtu) {
                throw NetlinkError(
                    .kernel,
                    errno: .invalidArgument,
                    operation: "create link",
                    object: spec.podEnd.name,
                    text: "its mtu \(mtu) is above that of \(master.name), \(master.mtu)"
                )
            }
            let link = LinkSpec(
                name: spec.podEnd.name,
                kind: configuration.kind(on: master.index),
                mac: spec.podEnd.mac,
                mtu: spec.mtu.map { UInt32($0) },
                namespace: configuration.isMasterInContainer ? nil : pod
            )
            do throws(NetlinkError) {
                if configuration.isMasterInContainer {
                    try container.createLink(link)
                } else {
                    try host.createLink(link)
                }
            } catch {
                guard error.alreadyExists else { throw error }
                guard !configuration.isMasterInContainer, try container.link(named: link.name) == nil else {
                    throw Self.nameTaken(spec, error)
                }
                try createUnderAnotherName(spec, link, &container)
            }
            guard let made = try container.link(named: spec.podEnd.name) else {
                throw NetlinkError(.kernel, errno: .noSuchDevice, operation: "create link", object: link.description)
            }
            return made
        } catch {
            throw CNIError(error)
        }
    }

    /// Makes the link where the host has one of its name, which is in the way on older kernels.
    ///
    /// Linux 6.1 looks for the name in the sender's namespace, although the link is made in another (`__rtnl_newlink`):
    /// the container's eth0 above the host's eth0 gets its name in the container.
    private mutating func createUnderAnotherName(
        _ spec: AttachmentSpec,
        _ link: LinkSpec,
        _ container: inout RouteConnection
    ) throws(NetlinkError) {
        var temporary = link
        temporary.name = spec.id.hostInterfaceName
        try host.createLink(temporary)
        guard let made = try container.link(named: temporary.name) else { return }
        do throws(NetlinkError) {
            try container.renameLink(index: made.index, to: link.name)
        } catch {
            _ = try? container.deleteLink(.index(made.index))
            throw error.alreadyExists ? Self.nameTaken(spec, error) : error
        }
    }

    private static func nameTaken(_ spec: AttachmentSpec, _ error: NetlinkError) -> NetlinkError {
        var error = error
        error.text = "the container has an interface \(spec.podEnd.name) already"
        return error
    }

    /// The link that is named, that the plugin before made (ipvlan), or that of the default route.
    private static func master(
        _ configuration: SublinkConfiguration,
        _ previous: AttachmentResult?,
        _ connection: inout RouteConnection
    ) throws(NetlinkError) -> Link? {
        if let name = configuration.master { return try connection.link(named: name) }
        if configuration.isIPVLAN, let name = previous?.interfaces.first?.name {
            return try connection.link(named: name)
        }
        for family in IPFamily.allCases {
            let routes = try connection.routes(RouteFilter(family: family, table: .main))
            let route = routes.first { $0.destination == .all(family) && $0.spec.link != nil }
            if let index = route?.spec.link { return try connection.link(index: index) }
        }
        return nil
    }

    private static func noMaster(_ configuration: SublinkConfiguration) -> NetlinkError {
        let place = configuration.isMasterInContainer ? "the container" : "the host"
        return NetlinkError(
            .kernel,
            errno: .noSuchDevice,
            operation: "find master",
            object: configuration.master ?? "",
            text: configuration.master.map { "\(place) has no link \($0); see the key \"master\"" }
                ?? "\(place) has no default route whose link could be taken; name one with the key \"master\""
        )
    }

    /// Removes a link from the container's namespace; for undoing.
    static func removeFromPod(index: UInt32, pod: NetworkNamespace) {
        guard var connection = try? RouteConnection.open(in: pod) else { return }
        _ = try? connection.deleteLink(.index(index))
    }
}

extension SublinkConfiguration {
    /// What is made on a link.
    fileprivate func kind(on link: UInt32) -> LinkKind {
        switch mode {
        case .macvlan(let mode):
            var options = MacvlanOptions(lowerLink: link, mode: mode)
            options.broadcastQueueLength = broadcastQueueLength
            return .macvlan(options)
        case .ipvlan(let mode): return .ipvlan(IPVLANOptions(lowerLink: link, mode: mode))
        }
    }
}
