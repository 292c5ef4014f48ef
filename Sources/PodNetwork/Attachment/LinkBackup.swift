import JSONTree
import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

/// What a link was before `tuning` changed it, on disk until DEL: a link that goes back to the host (host-device, SR-IOV)
/// must not keep a container's settings.
///
/// Place and form are the reference's: `/run/cni/tuning/CONTAINERID_IFNAME.json`.
struct LinkBackup {
    /// The reference's directory when nothing is said.
    static let standardDirectory = "/run/cni/tuning"

    /// The file.
    private let path: String

    /// Names an attachment's file.
    init(_ id: AttachmentID, directory: String) {
        path = "\(directory)/\(id.containerID)_\(id.interface).json"
    }

    /// Keeps what is going to change.
    ///
    /// - Throws: code 5 when it can't be written.
    func save(_ link: Link, before tuning: TuningConfiguration) throws(CNIError) {
        var object = JSONObject()
        if tuning.mac != nil, let mac = link.mac { object["mac"] = .string(mac.description) }
        if tuning.mtu != nil { object["mtu"] = JSONValue(link.mtu) }
        if tuning.isPromiscuous != nil { object["promisc"] = .bool(link.flags.contains(.promiscuous)) }
        if tuning.takesAllMulticast != nil { object["allmulti"] = .bool(link.flags.contains(.allMulticast)) }
        if tuning.transmitQueueLength != nil { object["txQLen"] = JSONValue(link.transmitQueueLength) }
        do throws(LinuxSystemError) {
            try File.createDirectories(File.parent(of: path), permissions: 0o700)
            try File.writeAtomically(JSONValue.object(object).bytes(), to: path, permissions: 0o600)
        } catch {
            throw CNIError(error)
        }
    }

    /// Gives the interface back what it had, where container and interface are still there, and forgets it.
    ///
    /// - Returns: a note where that fails; an unreadable file must not keep a container from being removed.
    func restore(_ interface: String, in pod: NetworkNamespace?) -> [String] {
        guard let text = try? File.readShortText(path) else { return [] }
        var notes: [String] = []
        if let pod, let change = Self.change(text) {
            do throws(NetlinkError) {
                var connection = try RouteConnection.open(in: pod)
                if try connection.link(named: interface) != nil { try connection.setLink(.name(interface), change) }
            } catch {
                notes.append("\(interface) keeps its settings: \(error)")
            }
        }
        do throws(LinuxSystemError) {
            try File.remove(path)
        } catch {
            notes.append("\(error)")
        }
        return notes
    }

    /// What a file's text says; nil when it says nothing.
    static func change(_ text: String) -> LinkChange? {
        guard let object = (try? JSONValue(parsing: text))?.objectValue else { return nil }
        var change = LinkChange()
        change.mac = object["mac"]?.stringValue.flatMap { MACAddress($0) }
        change.mtu = object["mtu"]?.intValue.flatMap { UInt32(exactly: $0) }
        change.isPromiscuous = object["promisc"]?.boolValue
        change.takesAllMulticast = object["allmulti"]?.boolValue
        change.transmitQueueLength = object["txQLen"]?.intValue.flatMap { UInt32(exactly: $0) }
        return change == LinkChange() ? nil : change
    }
}
