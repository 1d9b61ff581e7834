/** A counter of the host: it only goes up, and outlives the VM. */
import { MetricType, Status } from "./enums";
import { defineMetric, incrementMetric, NumberResult } from "./host";
import { ByteWriter } from "./memory";

@final
export class Counter {
  private id: u32 = 0;
  private isDefined: bool = false;

  /** Names it. Until that has answered Ok, counting does nothing. */
  define(name: ByteWriter): Status {
    const id = new NumberResult();
    const status = defineMetric(MetricType.Counter, name, id);
    this.id = <u32>id.value;
    this.isDefined = status == Status.Ok;
    return status;
  }

  increment(): Status {
    return this.isDefined ? incrementMetric(this.id, 1) : Status.Ok;
  }
}
