import BenchRunner
import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan
import Testing

@testable import BenchScenarios

struct SyntheticClusterTests {
    private func planner(_ cluster: SyntheticCluster) throws -> ServicePlanner {
        var planner = ServicePlanner(node: ClusterProgramming.node)
        for service in try ClusterDecoding.list(cluster.serviceList, of: Service.self) {
            #expect(planner.upsert(service).isEmpty)
        }
        for slice in try ClusterDecoding.list(cluster.sliceList, of: EndpointSlice.self) {
            #expect(planner.upsert(slice).isEmpty)
        }
        return planner
    }

    @Test(arguments: [(1, 1), (300, 3), (5, 250)])
    func everyServiceHasItsAddressAndEndpoints(services: Int, endpoints: Int) throws {
        let planner = try planner(SyntheticCluster(services: services, endpoints: endpoints))
        let specs = planner.specs(.ipv4)
        #expect(planner.problems.isEmpty)
        #expect(specs.count == services)
        #expect(specs.allSatisfy { $0.clusterEndpoints.count == endpoints })
        // The order of names is that of addresses, so the first, middle and last Service are known.
        #expect(
            specs.flatMap { $0.frontends.map(\.address) }
                == (0..<services).map { .v4(SyntheticCluster.clusterIP($0)) }
        )
        #expect(Set(specs.flatMap(\.clusterEndpoints)).count == services * endpoints)
    }

    @Test func aMoveChangesOneEndpointAndNothingElse() throws {
        let cluster = SyntheticCluster(services: 20, endpoints: 4)
        var planner = try planner(cluster)
        let before = planner.specs(.ipv4)
        _ = planner.takeDirty()
        planner.upsert(try ClusterDecoding.object(cluster.movedSlice(ofService: 7, move: 3), as: EndpointSlice.self))
        let changes = planner.takeDirty()
        #expect(changes.map(\.identity) == [before[7].identity])
        let spec = try #require(changes.first?.spec)
        let moved = IPEndpoint(address: .v4(SyntheticCluster.movedAddress(3)), port: SyntheticCluster.targetPort)
        #expect(Set(spec.clusterEndpoints).subtracting(before[7].clusterEndpoints).map(\.endpoint) == [moved])
        #expect(Set(before[7].clusterEndpoints).subtracting(spec.clusterEndpoints).count == 1)
    }

    @Test func afterAllStepsOnlyTheMovedEndpointsAreElsewhere() throws {
        let cluster = SyntheticCluster(services: 20, endpoints: 4)
        var sizes: [ClusterStep.Kind: Set<Int>] = [:]
        var slices: [String: Int] = [:]
        for step in ClusterStep.steps(of: cluster, 3, after: 2) {
            switch cluster.change(step) {
            case .newSlice(let text), .changedSlice(let text):
                let slice = try ClusterDecoding.object(text, as: EndpointSlice.self)
                slices[slice.name] = slice.endpointCount
                sizes[step.kind, default: []].insert(slice.endpointCount)
                let last = slice.endpoints[cluster.endpointCount - 1].addresses.first
                let isMoved = last == "\(SyntheticCluster.movedAddress(step.move))"
                #expect(isMoved == (step.service < cluster.serviceCount))
            case .noSlice(let name): slices[name] = nil
            case .newService, .noService: break
            }
        }
        #expect(sizes == [.moved: [4], .grown: [5], .shrunk: [4], .doubled: [8], .halved: [4], .filled: [4]])
        #expect(slices.count == 3 && Set(slices.values) == [4])
    }

    @Test func aSharedEndpointIsTheOneOfAllServices() throws {
        let pod = NodeNetworkPlan.podAddress
        let specs = try planner(SyntheticCluster(services: 50, endpoints: 1, sharedEndpoint: pod)).specs(.ipv4)
        let shared = IPEndpoint(address: .v4(pod), port: SyntheticCluster.targetPort)
        #expect(specs.count == 50 && specs.allSatisfy { $0.clusterEndpoints.map(\.endpoint) == [shared] })
    }

    @Test func theObjectsAreValid() throws {
        let cluster = SyntheticCluster(services: 2, endpoints: 2)
        for service in try ClusterDecoding.list(cluster.serviceList, of: Service.self) {
            #expect(try Service(json: service.json).name == service.name)
        }
        for slice in try ClusterDecoding.list(cluster.sliceList, of: EndpointSlice.self) {
            #expect(try EndpointSlice(json: slice.json).name == slice.name)
        }
        // The same in every run.
        #expect(cluster.sliceList == SyntheticCluster(services: 2, endpoints: 2).sliceList)
    }

    @Test func connectComparesEveryModeAtEveryPlaceWithTheDirectWay() {
        let scenario = ConnectScenario([.iptables, .nftables], services: 10)
        #expect(scenario.baseline == scenario.variants.first?.name)
        #expect(
            scenario.variants.map(\.name) == [
                "direct", "iptables first", "iptables middle", "iptables last", "nftables first", "nftables middle",
                "nftables last",
            ]
        )
    }
}
