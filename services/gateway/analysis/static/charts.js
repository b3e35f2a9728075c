// Draws the charts of the monthly report from the figures that stand in the page.
(function () {
  "use strict";
  var figures = JSON.parse(document.getElementById("charts").textContent);
  var colours = ["#a6192e", "#1f5a7a", "#c98a1b", "#3f7d4e"];
  var marks = ["circle", "rect", "triangle", "diamond"];
  var lines = ["solid", "dashed", "dotted", "solid"];
  var text = { color: "#333", fontSize: 11 };
  var row = 26;

  function start(id, height) {
    var room = document.getElementById(id);
    room.style.height = height + "px";
    return echarts.init(room, null, { devicePixelRatio: 2 });
  }

  function trend(chart, data) {
    chart.setOption({
      animation: false,
      color: colours,
      grid: { left: 44, right: 20, top: 14, bottom: 28 },
      xAxis: { type: "category", data: data.labels, boundaryGap: false, axisLabel: text },
      yAxis: { type: "value", scale: true, max: 100, axisLabel: Object.assign({ formatter: "{value}%" }, text) },
      series: data.series.map(function (one, number) {
        return {
          type: "line",
          name: one.name,
          data: one.values,
          symbol: marks[number],
          symbolSize: 7,
          connectNulls: false,
          lineStyle: { type: lines[number], width: 2 },
        };
      }),
    });
  }

  function bars(chart, data, colour, unit) {
    chart.setOption({
      animation: false,
      color: [colour],
      grid: { left: 4, right: 64, top: 4, bottom: 4, containLabel: true },
      xAxis: { type: "value", show: false, min: 0 },
      yAxis: {
        type: "category",
        inverse: true,
        data: data.labels,
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: Object.assign({ width: 120, overflow: "truncate", interval: 0 }, text),
      },
      series: data.series.map(function (one) {
        return {
          type: "bar",
          name: one.name,
          data: one.values,
          barMaxWidth: 16,
          label: Object.assign({ show: true, position: "right", formatter: "{c}" + unit }, text),
        };
      }),
    });
  }

  function legend(id) {
    var list = document.querySelector("[data-legend=" + id + "]");
    figures[id].series.forEach(function (one, number) {
      var item = document.createElement("li");
      item.textContent = one.name;
      item.style.setProperty("--colour", colours[number]);
      item.className = marks[number];
      list.appendChild(item);
    });
  }

  var drawn = [start("trend", 280)];
  trend(drawn[0], figures.trend);
  legend("trend");
  [["streets", colours[0], "%"], ["categories", colours[1], ""]].forEach(function (one) {
    var data = figures[one[0]];
    var chart = start(one[0], 24 + row * Math.max(data.labels.length, 1));
    bars(chart, data, one[1], one[2]);
    drawn.push(chart);
  });
  window.addEventListener("resize", function () {
    drawn.forEach(function (chart) {
      chart.resize();
    });
  });
})();
