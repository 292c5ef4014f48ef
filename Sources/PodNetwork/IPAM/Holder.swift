/// Who holds an address: what a reservation's file says.
struct Holder: Hashable, Sendable {
    let containerID: String
    /// Empty in files of the reference before 0.7, which had the container id only.
    let interface: String

    init(containerID: String, interface: String) {
        self.containerID = containerID
        self.interface = interface
    }

    init(_ attachment: AttachmentID) {
        self.init(containerID: attachment.containerID, interface: attachment.interface)
    }

    /// Reads a file's content; nil when it says nothing.
    init?(text: String) {
        // Split at bytes: Swift takes CR LF for one character.
        let parts = text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") })
        let words = parts.compactMap { String($0) }.filter { !$0.isEmpty }
        guard let first = words.first else { return nil }
        self.init(containerID: first, interface: words.count > 1 ? words[1] : "")
    }

    /// The file's content.
    var text: String { "\(containerID)\r\n\(interface)" }

    /// Whether it is this attachment, or a file without an interface of the same container.
    func isSame(as other: Holder) -> Bool {
        containerID == other.containerID
            && (interface == other.interface || interface.isEmpty || other.interface.isEmpty)
    }

    /// The name that the attachment's record is kept under.
    var recordName: String {
        AttachmentID(network: "", containerID: containerID, interface: interface).hostInterfaceName
    }
}
