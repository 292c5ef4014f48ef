import LinuxSystem
import Netlink
import RouteNetlink

/// Sets kernel parameters and link settings in the container's namespace.
///
/// Kernel parameters are not undone: the namespace goes with its container. Nor are the settings of an interface that this
/// plugin made; another plugin's gets back what it had.
struct TuningStep: AttachmentStep {
    let name = "tuning"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        guard let tuning = work.spec.tuning else { return }
        let (pod, interface) = (work.pod, work.id.interface)
        let isOthers = work.configuration.type == .tuning
        let backup = isOthers ? LinkBackup(work.id, directory: tuning.dataDirectory) : nil
        do {
            try pod.visit {
                for setting in tuning.sysctls {
                    do throws(LinuxSystemError) {
                        try Sysctl.write(setting.name, setting.value)
                    } catch {
                        throw CNIError(
                            .kernelRefused,
                            "can't set the sysctl \(setting.name) to \"\(setting.value)\" in the container",
                            details: error.description,
                            errno: error.errno
                        )
                    }
                }
                guard tuning.changesLink else { return }
                var connection = try RouteConnection.open()
                if let backup {
                    guard let link = try connection.link(named: interface) else {
                        throw CNIError(.invalidConfiguration, "the container has no interface \(interface)")
                    }
                    try backup.save(link, before: tuning)
                }
                try connection.setLink(.name(interface), tuning.change)
            }
        } catch {
            throw CNIError.wrapping(error)
        }
    }

    func undo(_ work: inout AttachmentWork) -> String? {
        guard work.configuration.type == .tuning, let tuning = work.spec.tuning else { return nil }
        return LinkBackup(work.id, directory: tuning.dataDirectory).restore(work.id.interface, in: work.pod).first
    }
}

extension TuningConfiguration {
    /// What changes about the link.
    fileprivate var change: LinkChange {
        var change = LinkChange()
        change.mac = mac
        change.mtu = mtu.map { UInt32($0) }
        change.isPromiscuous = isPromiscuous
        change.takesAllMulticast = takesAllMulticast
        change.transmitQueueLength = transmitQueueLength
        return change
    }

    /// What is not so in the container, one sentence each.
    func faults(_ interface: String, in pod: NetworkNamespace) throws(CNIError) -> [String] {
        do {
            return try pod.visit {
                var faults: [String] = []
                for setting in sysctls {
                    let present = try? Sysctl.read(setting.name)
                    if present != setting.value {
                        faults.append("the sysctl \(setting.name) is \(present ?? "missing"), not \(setting.value)")
                    }
                }
                var connection = try RouteConnection.open()
                guard changesLink, let link = try connection.link(named: interface) else { return faults }
                if let isPromiscuous, link.flags.contains(.promiscuous) != isPromiscuous {
                    faults.append("\(interface) is \(isPromiscuous ? "not " : "")promiscuous")
                }
                if let takesAllMulticast, link.flags.contains(.allMulticast) != takesAllMulticast {
                    faults.append("\(interface) takes \(takesAllMulticast ? "not " : "")all multicast packets")
                }
                if let mac, link.mac != mac { faults.append("\(interface) has not the link address \(mac)") }
                if let mtu, Int(link.mtu) != mtu { faults.append("\(interface) has the MTU \(link.mtu), not \(mtu)") }
                if let transmitQueueLength, link.transmitQueueLength != transmitQueueLength {
                    faults.append("\(interface) has the queue length \(link.transmitQueueLength)")
                }
                return faults
            }
        } catch {
            throw CNIError.wrapping(error)
        }
    }
}
