import Glibc
import LinuxSystem
import NFTables
import NetworkTypes

/// Isolates the pod before it has an interface: its addresses are held until weftd has its policies' rules in.
///
/// Only pods of Kubernetes are held: nobody else's policies would ever let them go.
struct HoldStep: AttachmentStep {
    let name = "hold"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        let wait = work.configuration.policyWait
        guard wait != .open, let owner = try Self.owner(work.invocation) else { return }
        let addresses = work.ipam.addresses.map(\.prefix.address)
        if addresses.isEmpty { return }
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            work.isHeld = try HeldAddresses(addresses: addresses).hold(owner, &connection)
        } catch {
            throw CNIError(error)
        }
        guard !work.isHeld, wait != .ifEnforced else { return }
        throw CNIError(
            .tryAgainLater,
            "there is no table weft-policy to hold the pod in",
            details: "policyWait asks for weftd's NetworkPolicies: start weftd with --policy nftables"
        )
    }

    func undo(_ work: inout AttachmentWork) -> String? {
        guard work.isHeld else { return nil }
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            try HeldAddresses(addresses: work.ipam.addresses.map(\.prefix.address)).release(&connection)
            work.isHeld = false
            return nil
        } catch {
            return "the addresses are still held: \(error)"
        }
    }

    /// `namespace/name uid`, as CNI_ARGS have them; nil for no pod of Kubernetes.
    private static func owner(_ invocation: Invocation) throws(CNIError) -> String? {
        let arguments = try CNIArguments(invocation.arguments)
        guard let namespace = arguments["K8S_POD_NAMESPACE"], let name = arguments["K8S_POD_NAME"] else { return nil }
        return "\(namespace)/\(name)" + (arguments["K8S_POD_UID"].map { " \($0)" } ?? "")
    }
}

/// Waits until weftd has let the pod go, where the configuration says for how long.
struct ReleaseStep: AttachmentStep {
    let name = "policies"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        guard work.isHeld, case .upTo(let seconds) = work.configuration.policyWait else { return }
        let held = HeldAddresses(addresses: work.ipam.addresses.map(\.prefix.address))
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            while try held.areHeld(&connection) {
                guard ContinuousClock.now < end else {
                    try held.release(&connection)
                    work.backend.notes.append(
                        "weftd had no rules for the pod after \(seconds) seconds (policyWait): it is open now"
                    )
                    return
                }
                usleep(2000)
            }
        } catch {
            throw CNIError(error)
        }
    }

    func undo(_ work: inout AttachmentWork) -> String? { nil }
}
