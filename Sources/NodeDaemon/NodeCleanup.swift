import LinuxSystem
import Netlink
import NetworkTypes
import NodeNetwork
import ServiceProxy

/// Removes whatever weftd wrote, from the kernel and for CNI plugins: `weftd cleanup`.
public enum NodeCleanup {
    /// What a clean-up did.
    public struct Result: Sendable {
        /// One line for each thing that was removed; empty when there was nothing of ours.
        public internal(set) var removed: [String] = []
        /// `.cleanup` with all that could not be removed; nil when nothing of ours is left.
        public internal(set) var failure: NodeDaemonError?
    }

    /// Removes what every mode and every network wrote into this network namespace.
    ///
    /// What can't be removed stops nothing else. Kernel parameters stay: others may rely on forwarding by now.
    /// - Parameters:
    ///   - subnetFile: where weftd was told to write the node's subnet; removed if it did, as the network list is.
    ///   - cniConfDir: where it was told to write a network list.
    /// - Returns: what was removed, and what could not be.
    /// - Throws: `.option`, `.privilege`; nothing was tried then.
    public static func run(
        subnetFile: String? = PodNetworkFiles.standardSubnetFile,
        cniConfDir: String? = PodNetworkFiles.standardConfigurationDirectory
    ) throws -> Result {
        let files = PodNetworkFiles(
            subnetFile: try DaemonOptions.path(subnetFile, option: "--subnet-file"),
            configurationDirectory: try DaemonOptions.path(cniConfDir, option: "--cni-conf-dir")
        )
        try Privileges.check()
        // First, so that no runtime starts containers in a network that is being taken away.
        var steps = [Step(name: "files for CNI plugins") { try files.remove() }]
        steps += ProxyMode.serving.map { mode in
            Step(name: "mode \(mode.rawValue)") { try mode.removeState() }
        }
        steps.append(Step(name: "policies") { try PolicyEngine.removeState() })
        steps.append(Step(name: "node network") { try NodeNetworkCleanup.removeAll() })
        return run(steps)
    }

    /// One part of the clean-up.
    struct Step {
        /// Whose state it removes, for failures.
        let name: String
        /// Returns one line for each thing that it removed.
        let remove: () throws -> [String]
    }

    static func run(_ steps: [Step]) -> Result {
        var result = Result()
        var failures: [String] = []
        for step in steps {
            do {
                result.removed += try step.remove()
            } catch let error as PartialCleanup {
                result.removed += error.removed
                failures += error.failures.map { "\(step.name): \($0)" }
            } catch {
                failures.append("\(step.name): \(error)")
            }
        }
        if !failures.isEmpty {
            result.failure = NodeDaemonError(
                .cleanup,
                "not everything was removed: " + failures.joined(separator: "; ")
            )
        }
        return result
    }
}

/// Some of it was removed, some not.
struct PartialCleanup: Error {
    var removed: [String] = []
    var failures: [String] = []

    /// Does the same for each family, whatever becomes of the other.
    static func forEachFamily(_ remove: (IPFamily) throws -> [String]) throws -> [String] {
        var outcome = PartialCleanup()
        for family in IPFamily.allCases {
            do {
                outcome.removed += try remove(family)
            } catch {
                outcome.failures.append("\(error)")
            }
        }
        guard outcome.failures.isEmpty else { throw outcome }
        return outcome.removed
    }
}
