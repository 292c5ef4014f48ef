import LinuxSystem
import NetworkTypes

/// CHECK: compares what is there with the result of the ADD, and says all that differs.
struct CheckCommand {
    let invocation: Invocation
    let network: NetworkConfiguration
    let type: PluginType

    private var attachment: AttachmentID {
        AttachmentID(network: network.name, containerID: invocation.containerID, interface: invocation.interfaceName)
    }

    /// Compares links, addresses, routes and reservations, and changes nothing.
    ///
    /// - Throws: code 102 with all the differences; 7 without a prevResult; 3 when the container's namespace is gone.
    func run() throws(CNIError) -> CommandOutcome {
        guard let result = try network.previousResult() else {
            throw CNIError(.invalidConfiguration, "required prevResult missing", details: "CHECK compares with it")
        }
        let configuration = try AttachmentConfiguration(
            network,
            type,
            arguments: CNIArguments(invocation.arguments),
            interface: invocation.interfaceName
        )
        let pod = try PodNamespace.open(invocation)
        let expectation = AttachmentExpectation(
            result,
            attachment,
            configuration,
            sandbox: invocation.networkNamespace
        )
        var backend = try AttachmentBackend.open()
        var faults = type.isChained ? [] : try backend.faults(expectation, in: pod)
        faults += try RuleSets(expectation.spec).faults()
        if let bandwidth = expectation.spec.bandwidth {
            faults += try backend.faults(bandwidth, of: attachment, in: pod)
        }
        if let member = expectation.spec.firewallMember(after: result) { faults += try Firewall.faults(member) }
        if let tuning = expectation.spec.tuning { faults += try tuning.faults(attachment.interface, in: pod) }
        switch configuration.ipam {
        case .hostLocal(let local): faults += try reservationFaults(expectation, local)
        case .delegated(let type):
            try IPAMDelegate(type: type, invocation: invocation, network: network).run(.check)
        case nil: break
        }
        guard faults.isEmpty else {
            throw CNIError(
                .notAsExpected,
                "\(attachment) is not as ADD left it",
                details: faults.joined(separator: "; ")
            )
        }
        return CommandOutcome(notes: backend.notes)
    }

    private func reservationFaults(
        _ expectation: AttachmentExpectation,
        _ ipam: HostLocalConfiguration
    ) throws(CNIError) -> [String] {
        let store = try ReservationStore.openExisting(dataDirectory: ipam.dataDirectory, network: network.name)
        let mine = Holder(attachment)
        var faults: [String] = []
        for address in expectation.addresses.map(\.address) {
            guard ipam.pools.contains(where: { $0.range(containing: address) != nil }) else { continue }
            let holder = store?.holder(of: address)
            if holder?.isSame(as: mine) == true { continue }
            faults.append(
                holder.map { "\(address) is reserved for container \($0.containerID)" } ?? "\(address) is not reserved"
            )
        }
        return faults
    }
}
