public import ClusterModel

/// What happened to an object.
public enum ObjectChange<Object: APIObject>: Sendable {
    /// It is new or changed.
    case present(Object)
    /// It is gone.
    case gone(ObjectKey)
}

extension ServiceProxyReconciler {
    /// Takes what happened to Services, in order: one call for many of them saves a change of task for each.
    public func take(_ changes: [ObjectChange<Service>]) {
        for change in changes {
            switch change {
            case .present(let service): upsert(service)
            case .gone(let key): removeService(key)
            }
        }
    }

    /// Takes what happened to EndpointSlices, in order.
    public func take(_ changes: [ObjectChange<EndpointSlice>]) {
        for change in changes {
            switch change {
            case .present(let slice): upsert(slice)
            case .gone(let key): removeSlice(key)
            }
        }
    }
}
