import JSONTree
import LinuxSystem
import NetworkTypes

/// An attachment's addresses, whichever way they come.
struct AddressSource {
    let configuration: IPAMConfiguration
    let invocation: Invocation
    let network: NetworkConfiguration

    private var delegate: (String) -> IPAMDelegate {
        { IPAMDelegate(type: $0, invocation: invocation, network: network) }
    }

    /// Gets addresses; all or none.
    func allocate() throws(CNIError) -> IPAMAnswer {
        switch configuration {
        case .hostLocal(let local):
            let addresses = try AddressAllocator(configuration: local, attachment: id).allocate()
            var answer = IPAMAnswer(addresses, routes: local.routes)
            if let path = local.resolvConf, let text = try? File.readText(path) { answer.dns = ResolvConf.dns(text) }
            return answer
        case .delegated(let type):
            do throws(CNIError) {
                return try delegate(type).add()
            } catch {
                // It may have reserved one before it failed, or answered what can't be understood.
                _ = try? delegate(type).run(.delete)
                throw error
            }
        }
    }

    /// Gives them back.
    func release() throws(CNIError) {
        switch configuration {
        case .hostLocal(let local): try AddressAllocator(configuration: local, attachment: id).release()
        case .delegated(let type): try delegate(type).run(.delete)
        }
    }

    private var id: AttachmentID { AttachmentID(network: network.name, invocation) }
}

extension AttachmentID {
    /// The attachment that a call is about.
    init(network: String, _ invocation: Invocation) {
        self.init(network: network, containerID: invocation.containerID, interface: invocation.interfaceName)
    }
}
